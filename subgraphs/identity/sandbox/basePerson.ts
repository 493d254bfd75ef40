import { GatewayRefusal, type GatewayOperation } from '../../../kernel/sandbox/gateway.ts';
import { ALL_PEOPLE, PEOPLE, type PersonRecord } from '../../../kernel/sandbox/population/people.ts';
import { PERSONAS } from '../../../kernel/sandbox/population/personas.ts';
import { accountOfTicket } from '../../../kernel/sandbox/population/tickets.ts';
import type { Profile, SandboxKit, SandboxRequest, SimulatedSystem } from '../../../kernel/sandbox/system.ts';
import { textFromBase64 } from '../../../kernel/signing/base64.ts';
import { parseItemCode } from '../../../kernel/standards/itemCode.ts';
import { CERTIFICATE_CODES } from './certificateCodes.ts';
import { absent, keysOf, library, listOf, written } from './baseLibrary.ts';
import type { Switches } from './switches.ts';

type Body = Parameters<GatewayOperation>[0];

/** 自然人基础库 [modelled]: people by certificate or by platform id; one's own with the ticket, others with item, case and operator. */
export const basePerson = (kit: SandboxKit, switches: Switches): SimulatedSystem =>
  library('base.person', kit, switches, {
    '/ebus/jck/api/v1/zrr/list': (body, request) => {
      const found = askedFor(body);
      const user = userOf(request);
      if (user === null && !hasDuty(body)) throw new GatewayRefusal(40301, '缺少事项、办件或经办人');
      if (user !== null && found.some((person) => person !== user)) throw new GatewayRefusal(40301, '只能查询本人信息');
      const other = request.otherPerson ? (ALL_PEOPLE.find((person) => !found.includes(person)) ?? null) : null;
      return listOf(
        found.map((person) => entry(person, kit.profile)),
        other && entry(other, kit.profile),
        kit.profile,
      );
    },
  });

function askedFor(body: Body): readonly PersonRecord[] {
  if (body['uidList'] !== undefined) {
    const uids = new Set(keysOf(body['uidList']));
    return ALL_PEOPLE.filter(({ subjectId }) => uids.has(subjectId));
  }
  const certificates = new Set(keysOf(body['zjList']).map((key) => JSON.stringify(key)));
  return ALL_PEOPLE.filter(({ certificateType, certificateNumber }) =>
    certificates.has(JSON.stringify({ zjlx: CERTIFICATE_CODES[certificateType], zjhm: certificateNumber })),
  );
}

/**
 * The signed-in user whom the gateway vouches for: a citizen with his ticket, or a staff member by account; null when the call is
 * made for nobody.
 */
function userOf({ headers }: SandboxRequest): PersonRecord | null {
  const uid = headers['x-tif-uid'];
  if (!uid) return null;
  const staff = PERSONAS.find(({ account }) => account.kind === 'STAFF' && account.staffId === uid);
  if (staff?.account.kind === 'STAFF') return staff.account.person;
  const { tokenid } = JSON.parse(textFromBase64(headers['x-tif-uinfo'] ?? '') ?? '{}') as { tokenid?: string }; // the signature covers it
  const account = accountOfTicket(tokenid ?? '');
  if (account?.person.subjectId !== uid) throw new GatewayRefusal(40301, '登录凭证无效');
  return account.person;
}

function hasDuty(body: Body): boolean {
  const { service_item_code, biz_num, operator } = body;
  return (
    parseItemCode(String(service_item_code)) !== null &&
    typeof biz_num === 'string' &&
    biz_num !== '' &&
    typeof operator === 'object'
  );
}

const entry = (person: PersonRecord, profile: Profile) => ({
  uid: person.subjectId,
  xm: person.name,
  xb: sexCode(person, profile),
  csrq: written(person.birthDate, profile),
  zjlx: CERTIFICATE_CODES[person.certificateType],
  // Old records have a small x.
  zjhm: profile === 'real-life' ? person.certificateNumber.toLowerCase() : person.certificateNumber,
  lxdh: person.assurance === 'L1' ? absent(profile) : person.mobile,
  zz: person.address,
  xzqhdm: person.divisionCode,
});

/** GB/T 2261.1; in practice some are unknown (0) or not stated (9). */
function sexCode(person: PersonRecord, profile: Profile): string {
  if (profile === 'real-life' && person === PEOPLE.citizenL1) return '0';
  if (profile === 'real-life' && person === PEOPLE.collector) return '9';
  return person.sex === 'MALE' ? '1' : '2';
}
