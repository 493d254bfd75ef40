import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildSchema, getOperationAST, Kind, parse, print, validate } from 'graphql';
import { costModel } from '../../gateway/engine/cost.ts';
import { checkLimits, checkText } from '../../gateway/engine/limits.ts';
import { MAX_COST } from '../../gateway/maxCost.ts';
import { isPurposeCode } from '../../kernel/purposes.ts';
import { STORY_CASES, STORY_ITEMS, STORY_NOTICES } from '../../kernel/sandbox/population/stories.ts';
import { at, operationText, startTestGraph, type TestGraph } from './client.ts';

const FOLDER = join(import.meta.dirname, '../../schema/operations');
const names = readdirSync(FOLDER).map((file) => file.replace('.graphql', ''));
const schema = buildSchema(readFileSync(join(FOLDER, '../api.graphql'), 'utf8'));

describe.each(names)('the operation %s', (name) => {
  const document = parse(operationText(name));
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);

  test('stands alone in its file, fits the schema, keeps within the limits and declares its purpose', () => {
    expect(operations.map((operation) => operation.name?.value)).toEqual([name]);
    expect(validate(schema, document)).toEqual([]);
    expect(checkText(operationText(name))).toBeNull();
    expect(checkLimits(document)).toBeNull();
    const purpose = operations[0]?.directives?.find((directive) => directive.name.value === 'purpose');
    const code = purpose?.arguments?.find((argument) => argument.name.value === 'code')?.value;
    expect(code?.kind === Kind.STRING && isPurposeCode(code.value)).toBe(true);
  });
});

/** Those that need no sign-in. */
const PUBLIC = ['ItemGuide', 'WhereIs'];
const MAXIMAL_PAGE = 100;

test.each(names)('%s may be asked with the largest pages by whom it is made for', (name) => {
  const document = parse(operationText(name));
  const operation = getOperationAST(document, name);
  if (!operation) throw new Error(`${name} is not in its file.`);
  const costOf = costModel(schema, '')(document, operation);
  const pages = (operation.variableDefinitions ?? []).filter(({ type }) => print(type) === 'Int');
  const cost = costOf(Object.fromEntries(pages.map(({ variable }) => [variable.name.value, MAXIMAL_PAGE])));
  const { ANONYMOUS, ...signedIn } = MAX_COST;
  expect(cost).toBeGreaterThan(10);
  // Headroom for the next fields.
  expect(cost * 2).toBeLessThanOrEqual(PUBLIC.includes(name) ? ANONYMOUS : Math.min(...Object.values(signedIn)));
});

let graph: TestGraph;
beforeAll(async () => {
  graph = await startTestGraph();
});
afterAll(() => graph.close());

test('ItemGuide shows for each material the licences that the person holds', async () => {
  const variables = { code: STORY_ITEMS.realEstateRegistration.code };
  const { data, errors } = await graph.run('ItemGuide', { variables, as: 'citizen-l2' });
  expect(errors).toEqual([]);
  expect(data?.['serviceItem']).toMatchObject({
    name: STORY_ITEMS.realEstateRegistration.name,
    department: { name: '梅江区自然资源分局' },
  });
  const materials = at(data, 'serviceItem', 'materials') as { licenceType: { held: unknown[] | null } | null }[];
  expect(materials.some(({ licenceType }) => (licenceType?.held?.length ?? 0) > 0)).toBe(true);

  const anonymous = await graph.run('ItemGuide', { variables });
  expect(anonymous.errors).toEqual([]);
  const shown = at(anonymous.data, 'serviceItem', 'materials') as { licenceType: { held: unknown } | null }[];
  expect(shown.length).toBe(materials.length);
  for (const { licenceType } of shown) expect(licenceType?.held ?? null).toBeNull();
});

test('PayNotice leads from a notice to its fiscal bill, and the same key never pays twice', async () => {
  const { noticeNumber } = STORY_NOTICES.realEstateFee;
  const variables = { noticeNumber, channel: 'WECHAT', returnUrl: 'https://example.org/back', idempotencyKey: 'pay-0001' };
  const opened = await graph.run('PayNotice', { variables, as: 'citizen-l2' });
  expect(opened.errors).toEqual([]);
  expect(opened.data?.['createPayment']).toMatchObject({ __typename: 'OpenedPayment', payment: { amount: 8000 } });
  const again = await graph.run('PayNotice', { variables, as: 'citizen-l2' });
  expect(again.data).toEqual(opened.data);
  const other = await graph.run('PayNotice', { variables: { ...variables, channel: 'ALIPAY' }, as: 'citizen-l2' });
  expect(other.errors.map(({ extensions }) => extensions.code)).toEqual(['IDEMPOTENCY_MISMATCH']);

  const cashier = await fetch(at(opened.data, 'createPayment', 'cashierUrl') as string, { method: 'POST' });
  expect(cashier.status).toBe(200);
  const id = at(opened.data, 'createPayment', 'payment', 'id');
  const state = await settled(
    () => graph.run('PaymentState', { variables: { id }, as: 'citizen-l2' }),
    ({ data }) => at(data, 'payment', 'state') === 'PAID',
  );
  expect(state.data?.['payment']).toMatchObject({
    state: 'PAID',
    notice: { state: 'PAID', case: { id: STORY_CASES.realEstate.number } },
  });

  const bill = await graph.run('FiscalBill', { variables: { noticeNumber, idempotencyKey: 'bill-0001' }, as: 'citizen-l2' });
  expect(bill.errors).toEqual([]);
  expect(bill.data?.['issueFiscalBill']).toMatchObject({
    __typename: 'IssuedFiscalBill',
    bill: { amount: 8000, status: { state: 'VALID' } },
  });

  const stranger = await graph.run('PaymentState', { variables: { id }, as: 'husband' });
  expect(at(stranger.data, 'payment')).toBeNull();
});

test('SignDocument gives a signature that really verifies', async () => {
  const seals = await graph.ask('{ me { actingFor { seals { nodes { id status type } } } } }', { as: 'company-agent' });
  const nodes = at(seals.data, 'me', 'actingFor', 'seals', 'nodes') as { id: string; status: string; type: string }[];
  const sealId = nodes.find(({ status, type }) => status === 'IN_FORCE' && type === 'LEGAL_NAME')?.id;
  const signed = await graph.run('SignDocument', {
    variables: {
      ...{ sealId, fileName: '合同.ofd', fileDigestSm3: '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0' },
      ...{
        idempotencyKey: 'sign-0001',
        itemCode: STORY_ITEMS.enterpriseChange.code,
        caseNumber: STORY_CASES.enterpriseChange.number,
      },
    },
    as: 'company-agent',
  });
  expect(signed.errors).toEqual([]);
  const id = at(signed.data, 'requestSignature', 'id');
  expect(signed.data?.['requestSignature']).toMatchObject({
    __typename: 'SigningRequest',
    state: 'PENDING_AUTHORIZATION',
    verification: null,
  });
  // Somebody of the company confirms on the page that the seal system gave.
  const confirmation = await fetch(at(signed.data, 'requestSignature', 'authorizationUrl') as string, {
    method: 'POST',
    body: 'decision=agree',
  });
  expect(confirmation.status).toBe(200);
  const result = await settled(
    () => graph.run('SigningState', { variables: { id }, as: 'company-agent' }),
    ({ data }) => at(data, 'signingRequest', 'state') !== 'PENDING_AUTHORIZATION',
  );
  expect(result.errors).toEqual([]);
  expect(result.data?.['signingRequest']).toMatchObject({
    state: 'SIGNED',
    verification: { valid: true, signatures: [{ digestOk: true, signatureOk: true, certificateOk: true, sealOk: true }] },
  });
});

test('WhereIs leads from an address to the items that are handled there', async () => {
  const { data, errors } = await graph.run('WhereIs', { variables: { address: '梅州市梅江区金山街道金山社区义化路26号' } });
  expect(errors).toEqual([]);
  expect(data?.['geocode']).toMatchObject({
    community: {
      code: '441402006003',
      path: [{ name: '梅江区' }, { englishName: 'Jinshan Sub-district' }, { level: 'COMMUNITY' }],
    },
  });
  expect(at(data, 'geocode', 'community', 'serviceItems', 'totalCount')).toBeGreaterThan(0);
});

test('FollowCase shows the applicant and the official a case from end to end, and nobody else', async () => {
  const variables = { id: STORY_CASES.realEstate.number };
  const duty = {
    'meijiang-purpose': `case-handling; item=${STORY_CASES.realEstate.item.code}; case=${STORY_CASES.realEstate.number}`,
  };
  for (const asked of [{ as: 'citizen-l2' }, { as: 'official', headers: duty }]) {
    const { data, errors } = await graph.run('FollowCase', { variables, ...asked });
    expect({ ...asked, errors }).toEqual({ ...asked, errors: [] });
    expect(data?.['case']).toMatchObject({ state: 'ACCEPTED', paymentNotices: { nodes: [{ amount: 8000 }] } });
  }
  const stranger = await graph.run('FollowCase', { variables, as: 'husband' });
  const absent = await graph.run('FollowCase', { variables: { id: '44140220240506000000000099999' }, as: 'husband' });
  expect(at(stranger.data, 'case')).toBeNull();
  expect(stranger.errors.map(({ extensions }) => extensions.code)).toEqual(
    absent.errors.map(({ extensions }) => extensions.code),
  );
});

test('HandleCase shows the official what the applicant does not see', async () => {
  const { number: id, item } = STORY_CASES.realEstate;
  const own = await graph.run('HandleCase', { variables: { id, item: item.code }, as: 'official' });
  expect(own.errors).toEqual([]);
  const steps = at(own.data, 'case', 'steps') as { officer: string | null }[];
  expect(steps.some(({ officer }) => officer !== null)).toBe(true);
  const applicant = await graph.run('HandleCase', { variables: { id, item: item.code }, as: 'citizen-l2' });
  expect(applicant.data).toBeUndefined();
  expect(applicant.errors[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
});

test('MyOrganization shows an agent what his company holds', async () => {
  const { data, errors } = await graph.run('MyOrganization', { as: 'company-agent' });
  expect(errors).toEqual([]);
  expect(at(data, 'me', 'actingFor')).toMatchObject({ uscc: '91441402X00000027X', kind: 'ENTERPRISE' });
  expect(at(data, 'me', 'actingFor', 'seals', 'totalCount')).toBeGreaterThan(1);
});

test('an agent sees the lists of his organisation, and none of his own', async () => {
  const lists = '{ licences { totalCount } cases { totalCount } paymentNotices { totalCount } payments { totalCount } }';
  const own = await graph.ask(`{ me ${lists} }`, { as: 'company-agent' });
  expect(own.data).toEqual({ me: { licences: null, cases: null, paymentNotices: null, payments: null } });
  expect(own.errors.map(({ extensions }) => extensions.code)).toEqual(Array(4).fill('FORBIDDEN'));
  expect(new Set(own.errors.map(({ message }) => message)).size).toBe(1);

  for (const asked of [
    { query: `{ me { actingFor ${lists} } }`, as: 'company-agent' },
    { query: `{ me ${lists} }`, as: 'citizen-l2' },
  ])
    expect((await graph.ask(asked.query, { as: asked.as })).errors).toEqual([]);
});

/** Asks until the answer is what was waited for: an upstream's own notification is under way. */
async function settled<T>(ask: () => Promise<T>, isSettled: (answer: T) => boolean): Promise<T> {
  for (let round = 0; round < 200; round += 1) {
    const answer = await ask();
    if (isSettled(answer)) return answer;
  }
  throw new Error('The state never changed.');
}
