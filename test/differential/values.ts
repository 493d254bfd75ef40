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

const WRONG_SHARE = 0.1;
/** How often a key is one that the asker has met in an answer, once there are any. */
const MET_SHARE = 0.5;

const { realEstate, marriage } = STORY_CASES;
const { citizenL2, husband } = PEOPLE;

const divisionCodes: Values = {
  known: ['441402', '441402000000', '441402004000', '441402006003', '441400000000', '441402105002'],
  wrong: ['441402999', '12', ''],
};
const caseNumbers = Object.values(STORY_CASES).map(({ number }) => number);
const licenceTypes: Values = { known: ['110000101', '110000501', '210000101'], wrong: ['999'] };

/** By coordinate of an argument or input field, else by its name. Who adds other arguments adds their values here. */
const VALUES: Readonly<Record<string, Values>> = {
  first: { known: [1, 2, 3, 5], wrong: [0, 101] },
  after: { known: [cursorOf(0), cursorOf(1)], wrong: ['no cursor'] },
  lon: { known: [116.105, 116.12, 116.09], wrong: [200, 12.5] },
  lat: { known: [24.29, 24.3, 24.31], wrong: [-91, 60] },
  radius: { known: [500, 3000], wrong: [0, 1e6] },
  simplify: { known: [0, 100], wrong: [-1] },
  keyword: { known: ['学校', '公园', '医院', '登记'], wrong: ["'", ''] },
  divisionCode: divisionCodes,
  departmentCode: { known: DEPARTMENTS.slice(0, 5).map(({ code }) => code), wrong: ['X00009999', ''] },
  caseNumber: { known: caseNumbers, wrong: ['44140220240101000000000000999', 'case'] },
  'Query.divisions(parent:)': divisionCodes,
  'Query.searchDivisions(keyword:)': { known: ['梅江', '江南', '金山社区', '没有的地方'], wrong: ['', '&'] },
  // Above the county the national map gives numbers instead of places.
  'Query.searchPlaces(divisionCode:)': { known: ['441402000000', '441402', '441400000000'], wrong: ['441402004000', ''] },
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
  'LicenceHolderInput.number': { known: [citizenL2.certificateNumber, husband.certificateNumber], wrong: ['12345'] },
  'Query.verifySignedFile(contentBase64:)': { known: ['AAAA'], wrong: ['!'] },
  'Query.verifySignedFile(signatureBase64:)': { known: ['MAA='], wrong: ['!'] },
  'Query.verifySignedFile(digestSm3:)': { known: ['0'.repeat(64)], wrong: ['0'] },
};

/** More keys than the manifests give as samples: what the stories of the sandbox are about. */
const STORY_KEYS: Readonly<Record<string, readonly string[]>> = {
  Case: caseNumbers,
  PaymentNotice: Object.values(STORY_NOTICES).map(({ noticeNumber }) => noticeNumber),
  ServiceItem: Object.values(STORY_ITEMS).map(({ code }) => code),
};
const WRONG_KEYS = ['', 'x', '441402000000000000'];

/** Keys of an entity type that the asker has met in answers. */
export type MetKeys = (type: string) => readonly unknown[];

/**
 * Values for arguments. The one required argument of a field that answers with an entity is a key of it: one that the
 * manifests give as a sample, or one that was met. All others stand in the table.
 *
 * @returns undefined where any value of the type will do.
 */
export function plausibleValues(
  schema: GraphQLSchema,
  entities: readonly EntityLookup[],
): (coordinate: string, random: () => number, met: MetKeys) => unknown {
  const typeOfKey = keyArguments(schema, new Set(entities.map(({ type }) => type)));
  const samples = Map.groupBy(entities, ({ type }) => type);
  const keysOf = (type: string): Values => ({
    known: [
      ...(STORY_KEYS[type] ?? []),
      ...(samples.get(type) ?? []).flatMap((lookup) => lookup.samples.flatMap((sample) => Object.values(sample))),
    ],
    wrong: WRONG_KEYS,
  });
  return (coordinate, random, met) => {
    const pick = (from: readonly unknown[]): unknown => from[Math.floor(random() * from.length)];
    const type = typeOfKey.get(coordinate);
    const known = type ? met(type) : [];
    if (known.length > 0 && random() < MET_SHARE) return pick(known);
    const values = VALUES[coordinate] ?? (type ? keysOf(type) : VALUES[argumentName(coordinate)]);
    if (!values) return undefined;
    return pick(values.wrong && random() < WRONG_SHARE ? values.wrong : values.known);
  };
}

const argumentName = (coordinate: string): string => /(\w+):?\)?$/.exec(coordinate)?.[1] ?? '';

/** The coordinates of arguments that are keys, and the entity type they belong to. */
function keyArguments(schema: GraphQLSchema, entities: ReadonlySet<string>): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const type of Object.values(schema.getTypeMap()).filter(isObjectType)) {
    for (const field of Object.values(type.getFields())) {
      const [argument, ...others] = field.args.filter((arg) => isNonNullType(arg.type));
      const entity = getNamedType(field.type).name;
      if (argument && others.length === 0 && entities.has(entity))
        found.set(`${type.name}.${field.name}(${argument.name}:)`, entity);
    }
  }
  return found;
}
