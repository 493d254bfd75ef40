import type { DisclosedField, DisclosureLabel } from './label.ts';

/**
 * What a change makes of a label, one sentence for each difference; empty when they say the same.
 *
 * @param before null for an operation that was not labelled; so is `after` for one that is gone.
 */
export function differences(before: DisclosureLabel | null, after: DisclosureLabel | null): string[] {
  const name = (after ?? before)?.operation ?? '';
  const fields = changes(fieldsOf(before), fieldsOf(after));
  const uses = changes(usesOf(before), usesOf(after));
  const [had, has] = [before?.purpose ?? 'none', after?.purpose ?? 'none'];
  return [
    ...(had === has || !before || !after ? [] : [`${name} declares the purpose ${has} instead of ${had}.`]),
    ...fields.added.map((field) => `${name} can newly show ${described(field)}.`),
    ...fields.removed.map((field) => `${name} no longer shows ${described(field)}.`),
    ...fields.changed.map(([was, is]) => `${name}: ${described(was)} becomes ${described(is)}.`),
    ...uses.added.map((use) => `${name} newly calls ${called(use)}.`),
    ...uses.removed.map((use) => `${name} no longer calls ${called(use)}.`),
    ...uses.changed.map(([was, is]) => `${name} calls ${called(is)} instead of ${called(was)}.`),
  ];
}

type Use = DisclosureLabel['uses'][number];

const fieldsOf = (label: DisclosureLabel | null) => new Map(label?.fields.map((field) => [field.coordinate, field]));
const usesOf = (label: DisclosureLabel | null) => new Map(label?.uses.map((use) => [use.subgraph, use]));

interface Changes<Item> {
  readonly added: readonly Item[];
  readonly removed: readonly Item[];
  readonly changed: readonly (readonly [Item, Item])[];
}

function changes<Item>(before: ReadonlyMap<string, Item>, after: ReadonlyMap<string, Item>): Changes<Item> {
  const both = [...before].flatMap(([key, was]) => {
    const is = after.get(key);
    return is === undefined ? [] : [[was, is] as const];
  });
  return {
    added: [...after].flatMap(([key, item]) => (before.has(key) ? [] : [item])),
    removed: [...before].flatMap(([key, item]) => (after.has(key) ? [] : [item])),
    changed: both.filter(([was, is]) => JSON.stringify(was) !== JSON.stringify(is)),
  };
}

const described = ({ coordinate, sensitivity, category, mask, system, owner, isForPurpose, subjects }: DisclosedField): string =>
  `${coordinate} (sensitivity ${sensitivity}, ${category}, mask ${mask ?? 'none'}, from ${system ?? 'the graph'} of ${owner ?? 'nobody'}, ` +
  `${isForPurpose ? 'for' : 'not for'} its purpose, of ${subjects.join(' and ')})`;

const called = ({ subgraph, fetches, systems }: Use): string =>
  `${subgraph} by ${fetches} ${fetches === 1 ? 'fetch' : 'fetches'} (${systems.join(', ') || 'no system'})`;
