import { getNamedType, isNonNullType, isObjectType, type GraphQLSchema } from 'graphql';
import { cursorOf } from '../../kernel/connection.ts';
import { DEPARTMENTS } from '../../kernel/sandbox/population/departments.ts';
import { ORGANISATIONS } from '../../kernel/sandbox/population/organisations.ts';
import { PEOPLE } from '../../kernel/sandbox/population/people.ts';
import { STORY_CASES, STORY_ITEMS, STORY_NOTICES } from '../../kernel/sandbox/population/stories.ts';
import type { EntityLookup } from '../../kernel/subgraph.ts';

/** What an argument may be given: what the simulated systems know, and what they must refuse or do not have. */
interface Values {
  readonly known: readonly unknown[];
  readonly wrong?: readonly unknown[];
}

const WRONG_SHARE = 0.12;

const { realEstate, marriage, roadOccupation, foodPermit } = STORY_CASES;
const { citizenL2, husband, companyAgent } = PEOPLE;

const divisionCodes: Values = {
  known: ['441402', '441402000000', '441402004000', '441402006003', '441400000000', '441402105002'],
  wrong: ['441402999', '12', ''],
};
const caseNumbers: Values = {
  known: [realEstate, marriage, roadOccupation, foodPermit].map(({ number }) => number),
  wrong: ['44140220240101000000000000999', 'case'],
};
const licenceTypes: Values = { known: ['110000101', '110000501', '210000101'], wrong: ['999'] };
const organisationCodes: Values = { known: DEPARTMENTS.slice(0, 5).map(({ code }) => code), wrong: ['X00009999', ''] };

/** By coordinate of an argument or input field, else by its name. Who adds a field with other arguments adds their values here. */
const VALUES: Readonly<Record<string, Values>> = {
  first: { known: [1, 2, 3, 5], wrong: [0, 101] },
  after: { known: [cursorOf(0), cursorOf(1)], wrong: ['no cursor'] },
  lon: { known: [116.105, 116.12, 116.09], wrong: [200, 12.5] },
  lat: { known: [24.29, 24.3, 24.31], wrong: [-91, 60] },
  radius: { known: [500, 3000], wrong: [0, 1e6] },
  simplify: { known: [0, 100], wrong: [-1] },
  keyword: { known: ['学校', '公园', '医院', '登记'], wrong: ["'", ''] },
  divisionCode: divisionCodes,
  departmentCode: organisationCodes,
  caseNumber: caseNumbers,
  'Query.divisions(parent:)': divisionCodes,
  'Query.searchDivisions(keyword:)': { known: ['梅江', '江南', '金山社区', '没有的地方'], wrong: ['', '&'] },
  'Query.geocode(address:)': {
    known: [citizenL2.address, husband.address, ORGANISATIONS.company.address, '梅州市梅江区某地'],
    wrong: [''],
  },
  'Query.placesByCategory(categories:)': {
    known: [['SCHOOL', 'HOSPITAL'], ['PARK'], ['GOVERNMENT', 'CULTURE', 'SPORT']],
    wrong: [[], ['PARK', 'PARK']],
  },
  'Query.drivingRoute(via:)': { known: [[], [{ lon: 116.11, lat: 24.295 }]], wrong: [[{ lon: 0, lat: 0 }]] },
  'Query.searchServiceItems(keyword:)': { known: ['登记', '许可', '查询'], wrong: ['项'.repeat(51)] },
  'Query.portalCaseProgress(applicantName:)': { known: [citizenL2.name, husband.name] },
  'Query.portalCaseProgress(captchaId:)': { known: ['1A2B3C4D5E6F4A5B8C7D9E0F1A2B3C4D'], wrong: [''] },
  'Query.portalCaseProgress(captcha:)': { known: ['ab12'], wrong: ['!'] },
  'Query.licencesForCase(caseNumber:)': { known: [realEstate.number], wrong: [marriage.number, 'case'] },
  'Query.licencesForCase(type:)': licenceTypes,
  'Person.licences(type:)': licenceTypes,
  'Organization.licences(type:)': licenceTypes,
  'LicenceHolderInput.certificateType': { known: ['RESIDENT_ID'], wrong: ['USCC'] },
  'LicenceHolderInput.number': {
    known: [citizenL2.certificateNumber, husband.certificateNumber],
    wrong: [companyAgent.certificateNumber.slice(1)],
  },
  'Query.verifySignedFile(contentBase64:)': { known: [null], wrong: ['AAAA', '!'] },
  'Query.verifySignedFile(signatureBase64:)': { known: ['MAA='], wrong: ['!'] },
  'Query.verifySignedFile(digestSm3:)': { known: ['0'.repeat(64)], wrong: ['0'] },
};

/** More keys than the manifests name: what the callers of this test own or handle. */
const MORE_KEYS: Readonly<Record<string, readonly string[]>> = {
  Case: caseNumbers.known as string[],
  PaymentNotice: Object.values(STORY_NOTICES).map(({ noticeNumber }) => noticeNumber),
  ServiceItem: Object.values(STORY_ITEMS).map(({ code }) => code),
  StaffMember: ['chenlixin'],
};

/**
 * Values for arguments: the one required argument of a field that answers with an entity is a key of it, of those that the
 * manifests give as samples; all others stand in the table.
 *
 * @returns undefined where any value of the type will do.
 */
export function plausibleValues(
  schema: GraphQLSchema,
  entities: readonly EntityLookup[],
  created: Readonly<Record<string, string>>,
) {
  const keys = new Map<string, unknown[]>(Object.entries(MORE_KEYS).map(([type, known]) => [type, [...known]]));
  for (const { type, samples } of entities) keys.set(type, [...(keys.get(type) ?? []), ...samples.flatMap(Object.values)]);
  for (const [type, key] of Object.entries(created)) keys.set(type, [...(keys.get(type) ?? []), key]);

  const byKey = new Map<string, Values>();
  for (const type of Object.values(schema.getTypeMap()).filter(isObjectType)) {
    for (const field of Object.values(type.getFields())) {
      const [argument, ...others] = field.args.filter(({ type: of }) => isNonNullType(of));
      const known = keys.get(getNamedType(field.type).name);
      if (argument && others.length === 0 && known)
        byKey.set(`${type.name}.${field.name}(${argument.name}:)`, { known, wrong: ['', '441402000000000000', 'x'] });
    }
  }
  return (coordinate: string, random: () => number): unknown => {
    const name = coordinate.replace(/^.*[.(](\w+):?\)?$/, '$1');
    const values = VALUES[coordinate] ?? byKey.get(coordinate) ?? VALUES[name];
    if (!values) return undefined;
    const { known, wrong = [] } = values;
    const from = wrong.length > 0 && random() < WRONG_SHARE ? wrong : known;
    return from[Math.floor(random() * from.length)];
  };
}
