import '../../kernel/runtime.ts';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { Pool, type Dispatcher } from 'undici';
import { systemClock } from '../../kernel/clock.ts';
import { createVerifications } from '../../kernel/crypto/verifications.ts';
import { accessBasis, type RequestContext } from '../../kernel/context.ts';
import { cursorOf } from '../../kernel/connection.ts';
import { DEPARTMENTS } from '../../kernel/sandbox/population/departments.ts';
import { field, integer, string } from '../../kernel/parse.ts';
import { createEvents } from '../../kernel/events.ts';
import { silentLog } from '../../kernel/log.ts';
import { parsePersonKey, type Certificate } from '../../kernel/standards/certificate.ts';
import { formatDateTime } from '../../kernel/standards/dateTime.ts';
import { HOLIDAYS } from '../../kernel/standards/holidays.ts';
import { maskIdentityNumber } from '../../kernel/standards/masking.ts';
import { openState } from '../../kernel/state.ts';
import type { Surroundings } from '../../kernel/subgraph.ts';
import type { UpstreamCall, Reply } from '../../kernel/upstream/call.ts';
import type { ClientOptions, UpstreamClient } from '../../kernel/upstream/client.ts';
import { sharedSessionStore } from '../../kernel/upstream/sessionStore.ts';
import { assemble, exchangeRows } from '../../subgraphs/cases/upstream/assemble.ts';
import { writtenForms } from '../../subgraphs/cases/upstream/certificates.ts';
import { caseClock } from '../../subgraphs/cases/upstream/clock.ts';
import { pageOfOwners, pageToHandle } from '../../subgraphs/cases/upstream/statements.ts';
import { writtenDepartments } from '../../subgraphs/cases/upstream/tables.ts';
import type { FoldedCase } from '../../subgraphs/cases/upstream/fold.ts';
import { sharedData, type Division } from '../../subgraphs/geo/upstream/divisions.ts';
import { connectProvincialMap } from '../../subgraphs/geo/upstream/geo.ts';
import { connectNationalMap } from '../../subgraphs/geo/upstream/tianditu.ts';
import { createPersonLibrary, type PersonRecord } from '../../subgraphs/identity/upstream/basePerson.ts';
import { connectItems } from '../../subgraphs/items/upstream.ts';
import { licenceSystem } from '../../subgraphs/licence/upstream/licence.ts';
import { isExpired, type Licence } from '../../subgraphs/licence/upstream/model.ts';
import { connectPlatform } from '../../subgraphs/payment/upstream/payment.ts';
import { ASKER_HEADER, requestOfAsker } from '../askers.ts';
import { readWorld } from '../world.ts';
import { serve } from './ready.ts';

// The practical limit: what a good engineer would write for just these four pages, without GraphQL and without the kernel client's
// layers. The folders' own parsers, signatures and SQL texts over bare undici and pg; the fewest calls; a deadline and nothing else.

const { upstreams, stateFolder } = readWorld(process.argv[2] ?? '');
const DEADLINE_MS = 3_000;
/** Calls end at their deadline; nothing else ends them. */
const NEVER = new AbortController().signal;

const state = openState({ dataDir: stateFolder, databaseUrl: null });
const sessions = await sharedSessionStore(state);
const credentials = (system: string) => upstreams[system]?.credentials ?? {};

// --- calls

/** A request, signed; its answer, opened and parsed. */
function bareClient(system: string, { sign, session, decode }: ClientOptions): UpstreamClient {
  const pools = new Map(
    Object.entries(upstreams[system]?.addresses ?? {}).map(([name, origin]) => [
      name,
      new Pool(origin, { connections: 64, headersTimeout: DEADLINE_MS, bodyTimeout: DEADLINE_MS }),
    ]),
  );
  let token: Promise<string> | null = null;
  const tokenOf = async (name: string): Promise<string> => (await sessions.read(name))?.token ?? '';
  return {
    call: async (_request, unsigned, parse) => {
      const call = session ? session.apply(unsigned, await (token ??= tokenOf(session.name))) : unsigned;
      const moment = { nowMs: Date.now(), nonce: sign ? randomUUID().replaceAll('-', '') : '' };
      const reply = await exchange(pools.get(call.address ?? 'main'), sign ? sign(call, moment) : call);
      if (reply.status !== 200) throw new Error(`${system} answered with status ${reply.status}`);
      return parse(decode(reply), call.operation);
    },
    close: async () => {},
  };
}

const exchange = (pool: Pool | undefined, { method, path, query, headers, body }: UpstreamCall): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let status = 0;
    let headersOfReply: Reply['headers'] = {};
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: () => {},
      onResponseStart: (_controller, received, receivedHeaders) => {
        status = received;
        headersOfReply = receivedHeaders;
      },
      onResponseData: (_controller, chunk) => void chunks.push(chunk),
      onResponseEnd: () =>
        resolve({ status, headers: headersOfReply, body: chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks) }),
      onResponseError: (_controller, error) => reject(error),
    };
    pool?.dispatch(
      {
        method,
        path: query ? `${path}?${new URLSearchParams(query).toString()}` : path,
        headers: headers as Record<string, string>, // only read
        body: body ?? null,
      },
      handler,
    );
  });

const surroundings: Surroundings = {
  clock: systemClock,
  log: silentLog,
  state,
  verifications: createVerifications(systemClock),
  inboundOrigin: () => '',
  credentials,
  addresses: () => ({}),
  http: bareClient,
  events: () => createEvents(),
  accessLedger: () => Promise.reject(new Error('Nobody reads the access ledger here.')),
  database: () => {
    throw new Error('The one database has its statements below.');
  },
};

const people = createPersonLibrary(surroundings);
const licences = licenceSystem(surroundings);
const payment = connectPlatform(surroundings);
const items = connectItems(surroundings);
const maps = sharedData({
  provincialMap: connectProvincialMap(surroundings),
  nationalMap: connectNationalMap(surroundings),
  clock: systemClock,
});

const directory = new DatabaseSync(join(stateFolder, 'graph.sqlite'), { readOnly: true });
const departmentsByCode = directory.prepare(
  `select key as code, name from identity_directory
    where kind = 'DEPARTMENT' and gone = 0 and key in (select value from json_each(?))`,
);

// --- cases: the texts of the statements are made once

const { database, user, password, connections = '1' } = credentials('cases');
const exchangeUrl = new URL(upstreams['cases']?.addresses['main'] ?? '');
const exchangeDatabase = new pg.Pool({
  host: exchangeUrl.hostname,
  port: Number(exchangeUrl.port),
  ...(database ? { database } : {}),
  ...(user ? { user } : {}),
  ...(password ? { password } : {}),
  max: Number(connections),
  query_timeout: DEADLINE_MS,
});
const ofOwner = pageOfOwners({ owners: [], reader: { department: null, caseNumber: null }, page: { offset: 0, size: 10 } });
const toHandle = pageToHandle({ department: DEPARTMENTS[0].code, page: { offset: 0, size: 50 } });

async function casesOf(text: string, values: readonly unknown[]): Promise<{ total: number; cases: FoldedCase[] }> {
  const { rows } = await exchangeDatabase.query<Record<string, unknown>>(text, [...values]);
  const parsed = exchangeRows(rows, 'cases');
  const places = parsed
    .filter(({ table }) => table === 'PLACE')
    .map(({ row }) => ({ number: field(row, 'number', string), place: field(row, 'place', integer) }))
    .sort((one, other) => one.place - other.place);
  const total = parsed.find(({ table }) => table === 'TOTAL');
  const found = assemble(new Set(places.map(({ number }) => number)), parsed);
  return {
    total: total ? field(total.row, 'total', integer) : 0,
    cases: places.map(({ number }) => {
      const one = found.get(number);
      if (!one || one instanceof Error) throw new Error('A case cannot be read');
      return one;
    }),
  };
}

const casesOfOwner = (certificate: Certificate) => {
  const forms = writtenForms(certificate);
  const key = `${certificate.type}:${certificate.number}`;
  const owners = [
    forms.map(() => key),
    forms.map(({ typeCode }) => typeCode),
    forms.map(({ number }) => number),
    forms.map(() => false),
  ];
  return casesOf(ofOwner.sql, [...owners, ...ofOwner.parameters.slice(owners.length)]);
};

const casesToHandle = (department: string) =>
  casesOf(toHandle.sql, [writtenDepartments(department), department, ...toHandle.parameters.slice(2)]);

// --- pages

const address = async (request: RequestContext) => ({ me: { address: (await ownRecord(request))?.address ?? null } });

async function page(request: RequestContext) {
  const { caller, personKey, certificate } = personOf(request);
  const [record, own, cases, notices, catalogue, home] = await Promise.all([
    ownRecord(request),
    ownLicences(request),
    casesOfOwner(certificate),
    payment.noticesOfPayers(request, [personKey]),
    items.catalogue(request),
    maps.home(request),
  ]);
  const today = formatDateTime(Date.now(), 'yyyy-MM-dd');
  const shown = own.slice(0, 20);
  const issued = (notices.get(personKey) ?? []).filter(({ state }) => state === 'ISSUED');
  return {
    me: {
      name: caller.name,
      assurance: caller.assurance,
      certificate: { type: certificate.type, maskedNumber: maskIdentityNumber(certificate.number) },
      maskedMobile: record?.maskedMobile ?? null,
      division: divisionOf(record, home, ({ code, name, pathCodes }) => ({
        code,
        name,
        path: pathCodes.map((each) => ({ name: home.get(each)?.name })),
      })),
      licences: {
        totalCount: own.length,
        nodes: shown.map((licence) => ({
          code: licence.code,
          name: licence.name,
          type: { code: licence.type.code, name: licence.type.name },
          maskedNumber: licence.number && maskIdentityNumber(licence.number),
          status: licence.status,
          validUntil: licence.validUntil,
          indefinite: licence.indefinite,
          expired: isExpired(licence, today),
          holders: licence.holders.map(({ name }) => ({ name })),
          issuer: { name: licence.issuer.name },
        })),
        pageInfo: {
          hasNextPage: own.length > shown.length,
          endCursor: shown.length > 0 ? cursorOf(shown.length - 1) : null,
        },
      },
      cases: {
        totalCount: cases.total,
        nodes: cases.cases.map((found) => {
          const item = found.itemCode ? catalogue.find(found.itemCode) : null;
          const clock = caseClock(found, today, HOLIDAYS);
          return {
            id: found.number,
            itemName: found.itemName,
            item: item && { code: item.code, name: item.name },
            state: found.state,
            submittedAt: found.submittedAt,
            clock: clock && {
              dueOn: clock.dueOn,
              remainingWorkingDays: clock.remainingWorkingDays,
              suspended: clock.suspended,
            },
          };
        }),
      },
      paymentNotices: {
        totalCount: issued.length,
        nodes: issued.slice(0, 10).map((notice) => ({
          noticeNumber: notice.noticeNumber,
          amount: notice.amountFen,
          currency: 'CNY',
          expiresOn: notice.expiresOn,
          items: notice.items.map(({ name, amountFen }) => ({ name, amount: amountFen })),
          case: notice.caseNumber === null ? null : { id: notice.caseNumber },
        })),
      },
    },
  };
}

async function workList(request: RequestContext) {
  const duty = accessBasis(request, '');
  if (duty.kind !== 'DUTY') throw new Error('A work list is for officials');
  const [{ cases }, home] = await Promise.all([casesToHandle(duty.caller.department ?? ''), maps.home(request)]);
  const certificates = new Map(
    cases.flatMap(({ applicant }) => {
      const certificate = applicant?.certificate;
      return certificate && certificate.type !== 'USCC'
        ? [[`${certificate.type}:${certificate.number}`, certificate.number] as const]
        : [];
    }),
  );
  const [records, held] = await Promise.all([
    people.find(request, 'personKey', [...certificates.keys()], duty),
    licences.ofHolders(request, duty, [...new Set(certificates.values())]),
  ]);
  const byHolder = new Map<string, Licence[]>();
  for (const licence of newestFirst(held))
    for (const { number } of licence.holders) {
      const others = byHolder.get(number);
      if (others) others.push(licence);
      else byHolder.set(number, [licence]);
    }
  const person = (certificate: Certificate) => {
    const record = records.get(`${certificate.type}:${certificate.number}`);
    const own = byHolder.get(certificate.number) ?? [];
    return (
      record && {
        name: record.name,
        address: record.address,
        division: divisionOf(record, home, ({ code, name, pathCodes }) => ({
          code,
          name,
          path: pathCodes.map((each) => ({ code: each, name: home.get(each)?.name })),
        })),
        licences: {
          totalCount: own.length,
          nodes: own.slice(0, 5).map(({ code, name, status, validUntil }) => ({ code, name, status, validUntil })),
        },
      }
    );
  };
  return {
    casesToHandle: {
      nodes: cases.map(({ number, applicant }) => ({
        id: number,
        applicant: applicant && {
          person: applicant.certificate && applicant.certificate.type !== 'USCC' ? (person(applicant.certificate) ?? null) : null,
        },
      })),
    },
  };
}

async function deepList(request: RequestContext) {
  const [own, home] = await Promise.all([ownLicences(request), maps.home(request)]);
  const today = formatDateTime(Date.now(), 'yyyy-MM-dd');
  const codes = [...new Set(own.flatMap(({ issuer }) => issuer.departmentCode ?? []))];
  const departments = new Map(departmentsByCode.all(JSON.stringify(codes)).map((row) => [row['code'], row]));
  const divisions = new Map<string, object>();
  const division = (code: string) => {
    const known = divisions.get(code);
    if (known) return known;
    const found = home.get(code);
    const shown = found && {
      code: found.code,
      name: found.name,
      path: found.pathCodes.map((each) => ({ name: home.get(each)?.name })),
    };
    if (shown) divisions.set(code, shown);
    return shown ?? null;
  };
  const node = (licence: Licence) => {
    const department = departments.get(licence.issuer.departmentCode ?? '');
    return {
      code: licence.code,
      name: licence.name,
      maskedNumber: licence.number && maskIdentityNumber(licence.number),
      status: licence.status,
      issuedOn: licence.issuedOn,
      validUntil: licence.validUntil,
      indefinite: licence.indefinite,
      expired: isExpired(licence, today),
      type: { code: licence.type.code, name: licence.type.name, category: licence.type.category, kind: licence.type.kind },
      holders: licence.holders.map(({ name, number, certificateType }) => ({
        name,
        maskedNumber: maskIdentityNumber(number),
        certificateType,
      })),
      issuer: {
        name: licence.issuer.name,
        department: department ? { code: department['code'], name: department['name'] } : null,
      },
      division: licence.divisionCode ? division(licence.divisionCode) : null,
    };
  };
  return {
    me: {
      newer: { totalCount: own.length, nodes: own.slice(0, 100).map(node) },
      older: { nodes: own.slice(100, 200).map(node) },
    },
  };
}

// --- what the pages share

function personOf({ caller }: RequestContext) {
  const certificate = caller?.personKey ? parsePersonKey(caller.personKey) : null;
  if (!caller?.personKey || !certificate || certificate.type === 'USCC') throw new Error('The page is for a person');
  return { caller, personKey: caller.personKey, certificate: { type: certificate.type, number: certificate.number } };
}

async function ownRecord(request: RequestContext): Promise<PersonRecord | undefined> {
  const { caller } = request;
  if (!caller?.personKey) throw new Error('The page is for a person');
  return (await people.find(request, 'personKey', [caller.personKey], { kind: 'OWN', caller })).get(caller.personKey);
}

async function ownLicences(request: RequestContext): Promise<Licence[]> {
  const { caller, personKey } = personOf(request);
  return newestFirst(await licences.own(request, { credential: caller.credential ?? '', owner: personKey }));
}

const newestFirst = (found: readonly Licence[]): Licence[] =>
  [...new Map(found.map((licence) => [licence.identifier ?? licence.code, licence])).values()].sort(
    (a, b) => (b.issuedOn ?? '').localeCompare(a.issuedOn ?? '') || a.code.localeCompare(b.code),
  );

const divisionOf = <Shown>(
  record: PersonRecord | undefined,
  home: ReadonlyMap<string, Division>,
  show: (division: Division) => Shown,
): Shown | null => {
  const division = record?.divisionCode ? home.get(record.divisionCode) : undefined;
  return division ? show(division) : null;
};

// --- the server

const PAGES: Readonly<Record<string, (request: RequestContext) => Promise<object>>> = {
  OneField: address,
  MyPage: page,
  FiftyPersons: workList,
  TwoHundredLicences: deepList,
};

/** Which page a request wants; the pages of this bench take no arguments that change. */
const pageNamed = (body: string): ((request: RequestContext) => Promise<object>) | undefined => {
  const { operationName } = JSON.parse(body) as { operationName?: string };
  return PAGES[operationName ?? ''];
};

await serve(
  createServer((incoming, response) => {
    let text = '';
    incoming.setEncoding('utf8');
    incoming.on('data', (chunk: string) => (text += chunk));
    incoming.on('end', () => {
      const show = pageNamed(text);
      if (!show) return void response.writeHead(404).end();
      show(requestOfAsker(incoming.headers[ASKER_HEADER]?.toString(), NEVER)).then(
        (data) => {
          const body = Buffer.from(JSON.stringify({ data }));
          response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length });
          response.end(body);
        },
        (thrown: unknown) => {
          console.error(thrown);
          response.writeHead(500).end();
        },
      );
    });
  }),
);
