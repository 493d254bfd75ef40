import { requireAssurance, requireCaller, requireConcerned, type Caller, type RequestContext } from '../../../kernel/context.ts';
import { sm3 } from '../../../kernel/crypto/sm3.ts';
import { isServiceError, ServiceError, type FailureClass } from '../../../kernel/errors.ts';
import { isCalendarDate } from '../../../kernel/standards/calendar.ts';
import {
  parsePersonKey,
  personKeyOf,
  subjectKeyOf,
  type Certificate,
  type CertificateType,
} from '../../../kernel/standards/certificate.ts';
import { dateTimeFromMs, formatDateTime } from '../../../kernel/standards/dateTime.ts';
import { accountOf, checkedCode, dutyBasis, mayOwn } from '../datasource.ts';
import { isExpired, subjectKeysOf, type Licence } from './model.ts';
import { licenceTypeOf } from '../seed/licenceTypes.ts';
import type { ActedAs, Entry, Outcome, Recorded, RefusalReason } from '../state.ts';
import type { Upstream } from '../upstream.ts';
import { faceFieldOf } from './faceData.ts';
import { targetOf, type DutyBasis } from './licence.ts';

/** What changes something. Expected refusals are answers; everything else is thrown. */
export interface Operations {
  present(input: { licenceCode: string; idempotencyKey: string }): Promise<Refused | Presented>;
  issue(input: IssueInput): Promise<Refused | Done>;
  revoke(input: { licenceCode: string; reason: string; idempotencyKey: string }): Promise<Refused | Done>;
}

export interface IssueInput {
  readonly typeCode: string;
  readonly holder: HolderInput;
  readonly holderName: string;
  readonly number: string;
  readonly sealCode: string;
  readonly validFrom: string;
  readonly validUntil?: string | null;
  readonly faceData?: readonly { readonly key: string; readonly value: string }[] | null;
  readonly idempotencyKey: string;
}

export interface HolderInput {
  readonly certificateType: CertificateType | 'OTHER';
  readonly number: string;
}

export interface Refused {
  readonly kind: 'REFUSED';
  readonly reason: RefusalReason;
  readonly message: string;
}

export interface Presented {
  readonly kind: 'PRESENTED';
  readonly id: string;
  readonly licenceCode: string;
  readonly caseNumber: string;
  readonly itemCode: string;
  readonly presentedBy: ActedAs | null;
  readonly presentedAt: string;
}

export interface Done {
  readonly kind: 'DONE';
  readonly code: string;
  /** ISO 8601 in Beijing time. */
  readonly at: string;
}

const MESSAGES: Readonly<Record<RefusalReason, string>> = {
  NOT_FOUND: '没有这张证照。 | There is no such licence.',
  WRONG_STATUS: '证照不是已签发状态。 | The licence is not in the status ISSUED.',
  EXPIRED: '证照已过有效期。 | The licence has expired.',
  ALREADY_ISSUED: '本案件已向此持证人签发此类证照。 | This case has already issued a licence of this type to this holder.',
  NOT_PERMITTED: '无权用证、签发或废止。 | There is no right to use, issue or abolish it.',
  DATA_REFUSED: '证照系统不接受所提交的数据。 | The licence system does not accept the data.',
};

/** What the licence system refuses because of the request itself; its other failures are errors. */
const REFUSALS: Partial<Readonly<Record<FailureClass, RefusalReason>>> = {
  NOT_FOUND: 'NOT_FOUND',
  CONFLICT: 'WRONG_STATUS',
  DENIED: 'NOT_PERMITTED',
  INVALID: 'DATA_REFUSED',
};

export function operationsOf(request: RequestContext, { system, journal, clock }: Upstream): Operations {
  const today = (): string => formatDateTime(clock.now(), 'yyyy-MM-dd');

  function once(
    operation: Entry['operation'],
    idempotencyKey: string,
    content: object,
    work: (resumed: boolean) => Promise<Outcome>,
  ): Promise<Recorded> {
    const caller = requireCaller(request);
    const { subject } = caller;
    const { itemCode, caseNumber } = purposeOf(request);
    if (!/^[\x21-\x7e]{8,128}$/.test(idempotencyKey)) throw badInput('idempotencyKey', '8 to 128 visible ASCII characters');
    return journal.once(
      {
        caller: subject,
        key: idempotencyKey,
        operation,
        digest: hex(JSON.stringify([operation, itemCode, caseNumber, content])),
        id: hex(`${subject}\n${idempotencyKey}`).slice(0, 32),
        itemCode,
        caseNumber,
        actedAs: actedAs(caller),
        nowMs: clock.now(),
      },
      (resumed) => refusalAsOutcome(work(resumed)),
    );
  }

  /** What the caller may present: his own for his application, or by duty the one with that code. */
  const presentable = (caller: Caller, code: string): Promise<readonly Licence[]> =>
    mayOwn(caller)
      ? system.forApplication(request, accountOf(caller), purposeOf(request))
      : system.ofCodes(request, dutyBasis(request), [code]);

  return {
    async present({ licenceCode, idempotencyKey }) {
      const caller = requireCaller(request);
      const code = checkedCode(licenceCode);
      if (mayOwn(caller)) {
        requireAssurance(caller, 'L2');
        requireApplication(request);
      } else dutyBasis(request);
      const recorded = await once('PRESENT', idempotencyKey, { code }, async () => {
        const licence = (await presentable(caller, code)).find((each) => each.code === code);
        if (!licence) return refused('NOT_FOUND');
        requireConcerned(request, subjectKeysOf(licence, null) ?? []);
        if (licence.status !== 'ISSUED') return refused('WRONG_STATUS');
        if (isExpired(licence, today())) return refused('EXPIRED');
        if (licence.source.kind === 'PROVINCE' && licence.source.authCode === null) return refused('NOT_PERMITTED');
        return done(code);
      });
      if (!recorded.done) return refusal(recorded.reason);
      return {
        kind: 'PRESENTED',
        id: recorded.id,
        licenceCode: recorded.licenceCode,
        ...purposeOf(request),
        presentedBy: actedAs(caller),
        presentedAt: isoTime(recorded.atMs),
      };
    },

    async issue(input) {
      const duty = staffDuty(request);
      const draft = draftOf(input, today());
      requireConcerned(request, [subjectKeyOf(draft.holder)]);
      if (`${draft.holder.type}:${draft.holder.number}` === duty.caller.personKey)
        throw new ServiceError('FORBIDDEN', 'Nobody issues a licence to himself.');
      const recorded = await once('ISSUE', input.idempotencyKey, input, async (resumed) => {
        // One licence of a type per case and holder: what an earlier try left behind is found by its case, not made twice.
        const held = await system.ofHolders(request, duty, [draft.holder.number]);
        const [made] = held.filter(
          ({ type, source, status }) =>
            type.code === draft.typeCode &&
            source.kind === 'PROVINCE' &&
            source.caseNumber === duty.caseNumber &&
            status !== 'ABOLISHED',
        );
        if (made?.status === 'ISSUED') return resumed ? done(made.code) : refused('ALREADY_ISSUED');
        const code = made?.code ?? (await system.create(request, duty, draft));
        await system.sign(request, duty, { code, catalogueCode: system.catalogueCodeOf(duty, draft.typeCode) });
        return done(code);
      });
      return answerOf(recorded);
    },

    async revoke({ licenceCode, reason, idempotencyKey }) {
      const duty = staffDuty(request);
      const code = checkedCode(licenceCode);
      checkText('reason', reason, 200);
      const recorded = await once('REVOKE', idempotencyKey, { code, reason }, async (resumed) => {
        const [licence] = await system.ofCodes(request, duty, [code]);
        const target = licence && targetOf(licence);
        if (!licence || !target) return refused('NOT_FOUND');
        requireConcerned(request, subjectKeysOf(licence, null) ?? []);
        if (licence.status === 'ABOLISHED' && resumed) return done(code);
        if (licence.status !== 'ISSUED') return refused('WRONG_STATUS');
        if (licence.issuer.departmentCode !== duty.caller.department) return refused('NOT_PERMITTED');
        await system.abolish(request, duty, target, reason);
        return done(code);
      });
      return answerOf(recorded);
    },
  };
}

/** @throws BAD_USER_INPUT when the number is not one of its type. */
export function certificateOf({ certificateType, number }: HolderInput): Certificate {
  const certificate = certificateType === 'OTHER' ? null : parsePersonKey(personKeyOf(certificateType, number) ?? '');
  if (!certificate) throw badInput('holder.number', 'a number of the given certificate type, in ASCII and with the right check');
  return certificate;
}

/** Item and case, without which the licence system logs no use. */
function purposeOf({ purpose }: RequestContext): { itemCode: string; caseNumber: string } {
  const { itemCode, caseNumber } = purpose ?? {};
  if (itemCode && caseNumber) return { itemCode, caseNumber };
  throw new ServiceError(
    'PURPOSE_REQUIRED',
    'Presenting, issuing and abolishing licences needs a purpose with item code and case number (header meijiang-purpose).',
  );
}

/** Who presents his own licence applies for something. */
function requireApplication(request: RequestContext): void {
  purposeOf(request);
  if (request.purpose?.code !== 'application')
    throw new ServiceError('PURPOSE_DENIED', 'One’s own licence is presented with the purpose application only.');
}

const actedAs = (caller: Caller): ActedAs => (mayOwn(caller) ? 'HOLDER' : 'OFFICIAL');

function staffDuty(request: RequestContext): DutyBasis {
  if (requireCaller(request).kind !== 'STAFF') throw new ServiceError('FORBIDDEN', 'Only staff of a department may do this.');
  return dutyBasis(request);
}

/** What stands on every licence: given by the other arguments, by the operator's department or by the day. */
const GIVEN = new Set([
  ...['name', 'number', 'holderName', 'holderNumber', 'issuerName', 'issuerCode', 'issuerDivision'],
  ...['issuedOn', 'validFrom', 'validUntil'],
]);

/** Everything that can be known to be wrong without asking the system. */
function draftOf(input: IssueInput, today: string) {
  const { typeCode, holderName, number, sealCode, validFrom, validUntil = null, faceData } = input;
  const type = licenceTypeOf(typeCode);
  if (!type) throw badInput('typeCode', 'a licence type of the catalogue');
  const holder = certificateOf(input.holder);
  checkText('holderName', holderName, 100);
  checkText('number', number, 60);
  if (!/^DZYZ[0-9A-Z]{9}[0-9A-Za-z]{6}$/.test(sealCode))
    throw badInput('sealCode', 'DZYZ, an organisation code and 6 letters or digits');
  if (!isCalendarDate(validFrom)) throw badInput('validFrom', 'a day of the calendar');
  if (validUntil !== null && (!isCalendarDate(validUntil) || validUntil < validFrom))
    throw badInput('validUntil', 'a day of the calendar, not before validFrom');
  const further = faceData ?? [];
  if (further.length > 40) throw badInput('faceData', 'at most 40 entries');
  for (const { key, value } of further) {
    if (faceFieldOf(key) === null || GIVEN.has(key))
      throw badInput('faceData.key', 'a key of face data that no other argument gives');
    checkText('faceData.value', value, 500);
  }
  const face = new Map([
    ...further.map(({ key, value }) => [key, value] as const),
    ['name', type.name],
    ['number', number],
    ['holderName', holderName],
    ['issuedOn', today],
    ['validFrom', validFrom],
    ['validUntil', validUntil ?? ''],
  ] as const);
  return { typeCode, sealCode, holder, face };
}

function checkText(argument: string, value: string, maximum: number): void {
  const length = [...value].length;
  if (value.trim() === '' || length > maximum) throw badInput(argument, `1 to ${maximum} characters`);
}

const badInput = (argument: string, expected: string): ServiceError =>
  new ServiceError('BAD_USER_INPUT', `Argument ${argument} must be ${expected}.`);

const done = (licenceCode: string): Outcome => ({ done: true, licenceCode });

const refused = (reason: RefusalReason): Outcome => ({ done: false, reason });

async function refusalAsOutcome(outcome: Promise<Outcome>): Promise<Outcome> {
  try {
    return await outcome;
  } catch (thrown) {
    const reason = isServiceError(thrown) && thrown.failure ? REFUSALS[thrown.failure] : undefined;
    if (reason === undefined) throw thrown;
    return refused(reason);
  }
}

const refusal = (reason: RefusalReason): Refused => ({ kind: 'REFUSED', reason, message: MESSAGES[reason] });

const answerOf = (recorded: Recorded): Refused | Done =>
  recorded.done ? { kind: 'DONE', code: recorded.licenceCode, at: isoTime(recorded.atMs) } : refusal(recorded.reason);

const isoTime = (ms: number): string => dateTimeFromMs(ms) ?? new Date(ms).toISOString();

const hex = (text: string): string => sm3(text).toString('hex');
