import { ALL_ORGANISATIONS } from '../../../kernel/sandbox/population/organisations.ts';
import { ALL_PEOPLE } from '../../../kernel/sandbox/population/people.ts';
import type { GeoPoint } from '../upstream/coordinates.ts';
import { chance, pointInside, readSeed, TERRITORIES, territory } from './territory.ts';

/** A standard address of the simulated library. */
export interface AddressRecord {
  /** Community and a number of 6 digits; [modelled]. */
  readonly code: string;
  readonly text: string;
  /** 12 digits. */
  readonly communityCode: string;
  /** Community and a number of 3 digits, after GB/T 34300; [modelled]. */
  readonly gridCode: string;
  readonly point: GeoPoint;
}

/** A public place; the names are real, all else about it is made up. */
export interface PlaceRecord {
  readonly id: string;
  readonly name: string;
  /** Name of the type. */
  readonly type: string;
  readonly address: string;
  readonly phone: string;
  readonly communityCode: string;
  readonly point: GeoPoint;
}

interface PlaceSeed {
  readonly places: readonly {
    readonly name: string;
    readonly type: string;
    readonly communityCode: string;
    readonly road: string;
  }[];
}

const digits = (text: string, length: number): string =>
  String(Math.floor(chance(text) * 10 ** length))
    .padStart(length, '0')
    .slice(0, length);

/** `梅州市梅江区江南街道江南社区` */
function divisionText(communityCode: string): string {
  const [town, community] = [territory(`${communityCode.slice(0, 9)}000`), territory(communityCode)];
  return `梅州市梅江区${town?.name ?? ''}${community?.name ?? ''}`;
}

const addressRecord = (text: string, communityCode: string): AddressRecord => ({
  code: communityCode + digits(`code/${text}`, 6),
  text,
  communityCode,
  gridCode: `${communityCode}00${1 + Math.floor(chance(`grid/${text}`) * 8)}`,
  point: pointInside(communityCode, text),
});

export const PLACES: readonly PlaceRecord[] = readSeed<PlaceSeed>('places').places.map(
  ({ name, type, communityCode, road }, index) => ({
    id: `MJ${String(index + 1).padStart(6, '0')}`,
    name,
    type,
    address: `${divisionText(communityCode)}${road}`,
    phone: `0753-0000${String(index + 1).padStart(3, '0')}`, // no number begins with four zeros
    communityCode,
    point: pointInside(communityCode, name),
  }),
);

/** The addresses of the people and organisations of the population and of the places; where two are alike, the first counts. */
export const ADDRESSES: readonly AddressRecord[] = [
  ...new Map(
    [
      ...ALL_PEOPLE,
      ...ALL_ORGANISATIONS,
      ...PLACES.map(({ address, communityCode }) => ({ address, divisionCode: communityCode })),
    ]
      .toReversed() // the last entry of a key wins
      .map(({ address, divisionCode }) => [address, addressRecord(address, divisionCode)] as const),
  ).values(),
];

/** How a text was found. */
export interface Found {
  readonly record: AddressRecord;
  /** 0 to 100. */
  readonly score: number;
  /** As the platforms name it. */
  readonly level: '门址' | '村社区';
}

/** An address without what all addresses of the district begin with. */
const tail = (text: string): string => text.replace(/\s/g, '').replace(/^(?:广东省)?(?:梅州市)?(?:梅江区)?/, '');

const BY_TAIL = new Map(ADDRESSES.map((record) => [tail(record.text), record]));

/** The library's record of an address, with or without the district before it or a room behind it; else the community it names. */
export function findAddress(text: string): Found | null {
  const asked = tail(text);
  const exact = BY_TAIL.get(asked);
  if (exact) return { record: exact, score: text === exact.text ? 100 : 95, level: '门址' };
  const longer = ADDRESSES.find((record) => asked.startsWith(tail(record.text)));
  if (longer) return { record: longer, score: 90, level: '门址' };
  const communityCode = COMMUNITIES.find(([, name]) => asked.includes(name))?.[0];
  return communityCode === undefined
    ? null
    : { record: addressRecord(divisionText(communityCode), communityCode), score: 70, level: '村社区' };
}

/** Town and community together, as some names of communities are met in several towns. */
const COMMUNITIES: readonly (readonly [code: string, name: string])[] = TERRITORIES.filter(
  ({ code }) => !code.endsWith('000'),
).map(({ code, name }) => [code, `${territory(`${code.slice(0, 9)}000`)?.name ?? ''}${name}`]);
