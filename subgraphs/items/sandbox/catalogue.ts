import { createHash } from 'node:crypto';
import { invariant } from '../../../kernel/errors.ts';
import type { DepartmentRecord } from '../../../kernel/sandbox/population/departments.ts';
import { STORY_ITEMS } from '../../../kernel/sandbox/population/stories.ts';
import { DEPARTMENT_PLANS, TOWN_PLAN, VILLAGE_PLAN, type OfficePlan, type Subjects, type TaskType } from './subjects.ts';
import { TOWNS } from './towns.ts';

/** One service item of the simulated district. */
export interface SimulatedItem {
  /** 31 characters. */
  readonly code: string;
  readonly name: string;
  /** What the item is about, without the action: the name of its parent in the catalogue. */
  readonly subject: string;
  readonly owner: DepartmentRecord;
  /** 4 county, 5 town, 6 village. */
  readonly level: '4' | '5' | '6';
  readonly type: TaskType;
  readonly serves: OfficePlan['serves'];
  /** 12 digits each: the towns and villages in whose halls it can be handled. */
  readonly towns: readonly string[];
  readonly villages: readonly string[];
  readonly online: boolean;
  /** Done while the applicant waits. */
  readonly immediate: boolean;
  /** How often the applicant must come. */
  readonly visits: 0 | 1 | 2;
  /** Codes of 33 characters, for items that are handled differently for persons and for legal persons. */
  readonly businessItems: readonly { readonly code: string; readonly name: string }[];
}

/** The figures of the district's plan 2021–2025, section 一: 网上办, 一次办, 马上办, 就近办. */
export const PLAN_FIGURES = { total: 1_680, online: 1_500, once: 1_414, immediate: 1_375, nearby: 1_467 } as const;

/** So many items have two business items each. */
const ITEMS_WITH_BUSINESS_ITEMS = 48;

type Draft = Pick<SimulatedItem, 'code' | 'name' | 'subject' | 'owner' | 'level' | 'type' | 'serves' | 'villages'> & {
  readonly town: string | null;
};

/** The actions on a subject of each type; an empty one is the subject itself. */
const ACTIONS: Readonly<Record<TaskType, readonly string[]>> = {
  '01': ['（新办）', '（变更）', '（延续）', '（补证）', '（注销）'],
  '05': ['（申请）', '（变更）', '（年度复核）', '（停发）'],
  '07': ['', '（变更）', '（注销）'],
  '08': [''],
  '09': [''],
  '10': ['备案', '变更备案', '注销备案'],
  '20': ['查询', '证明开具', '信息变更', '咨询'],
};

const QUICK = /查询|咨询|证明开具|补证|注销|停发|信息变更/;

/** What is known of the story items, whatever the quotas say. */
const STORY_FLAGS: Readonly<Record<string, { online: boolean; once: boolean; immediate: boolean; nearby: boolean }>> = {
  [STORY_ITEMS.foodBusinessPermit.code]: { online: true, once: true, immediate: false, nearby: true },
  [STORY_ITEMS.realEstateRegistration.code]: { online: true, once: true, immediate: false, nearby: false },
  [STORY_ITEMS.marriageRegistration.code]: { online: false, once: true, immediate: true, nearby: false },
  [STORY_ITEMS.residencePermit.code]: { online: true, once: true, immediate: false, nearby: true },
  [STORY_ITEMS.enterpriseChange.code]: { online: true, once: true, immediate: true, nearby: true },
  [STORY_ITEMS.birthAllowance.code]: { online: true, once: true, immediate: true, nearby: true },
  [STORY_ITEMS.roadOccupation.code]: { online: true, once: true, immediate: false, nearby: false },
  [STORY_ITEMS.disabledAllowance.code]: { online: true, once: true, immediate: false, nearby: true },
};

/**
 * All items of the district, in the order of the portal: the same at every start, with just the plan's figures.
 * Departments, subjects and figures are real; which item has which property is [modelled].
 */
export function districtItems(): readonly SimulatedItem[] {
  const drafts = [...DEPARTMENT_PLANS.flatMap(countyDrafts), ...TOWNS.flatMap(townDrafts)];
  invariant(drafts.length === PLAN_FIGURES.total, `the plan has ${PLAN_FIGURES.total} items, not ${drafts.length}`);
  const quick = ({ name }: Draft) => (QUICK.test(name) ? 1 : 0);
  const online = chosen(drafts, 'online', quick);
  const immediate = chosen(drafts, 'immediate', quick);
  const once = chosen(drafts, 'once', (draft) => (immediate.has(draft) ? 1 : 0));
  const nearby = chosen(drafts, 'nearby', ({ level, type }) => (level === '4' ? (type === '20' || type === '05' ? 1 : 0) : 9));
  const split = new Set(
    byChance(
      drafts.filter(({ serves }) => serves === '1,2'),
      'business',
      () => 0,
    ).slice(0, ITEMS_WITH_BUSINESS_ITEMS),
  );
  return drafts.map((draft) => {
    const { town, ...rest } = draft;
    return {
      ...rest,
      towns: town ? [town] : nearby.has(draft) ? TOWNS.map(({ code }) => code) : [],
      online: online.has(draft),
      immediate: immediate.has(draft),
      visits: !once.has(draft) ? 2 : online.has(draft) && chance(draft, 'visits') < 0.6 ? 0 : 1,
      businessItems: split.has(draft) ? businessItemsOf(draft) : [],
    };
  });
}

const businessItemsOf = ({ code, name }: Draft) => [
  { code: `${code}01`, name: `${name}·个人申请` },
  { code: `${code}02`, name: `${name}·单位申请` },
];

function countyDrafts({ owner, count, serves, subjects }: OfficePlan): Draft[] {
  const stories = Object.values(STORY_ITEMS).filter(({ department }) => department.code === owner.code);
  const known = stories.map(({ code, name }): Draft => ({
    code,
    name,
    subject: name,
    owner,
    level: '4',
    type: code.slice(21, 23) as TaskType, // the stories are written with types of this table
    serves,
    town: null,
    villages: [],
  }));
  return [...known, ...drafts({ owner, level: '4', serves, subjects, count: count - known.length, town: null, villages: [] })];
}

const townDrafts = ({ code, office, villages }: (typeof TOWNS)[number]): Draft[] => [
  ...drafts({ ...TOWN_PLAN, owner: office, level: '5', town: code, villages: [] }),
  ...drafts({ ...VILLAGE_PLAN, owner: office, level: '6', town: code, villages }),
];

/** The first `count` of subjects × actions, each with a catalogue code of its own. */
function drafts({
  subjects,
  count,
  ...common
}: Pick<Draft, 'owner' | 'level' | 'serves' | 'town' | 'villages'> & { subjects: Subjects; count: number }): Draft[] {
  const all = Object.entries(subjects).flatMap(([type, names]) =>
    names.split(' ').flatMap((subject) =>
      ACTIONS[type as TaskType].map((action, index, actions): Draft => ({
        ...common,
        type: type as TaskType, // the keys of `Subjects` are the types
        subject,
        name: subject + action,
        code: `${common.owner.uscc}${common.level}44${type}${serialOf(type, subject)}${subItem(index, actions.length)}`,
      })),
    ),
  );
  invariant(all.length >= count, `${common.owner.name} has subjects for ${count} items`);
  return all.slice(0, count);
}

const subItem = (index: number, count: number): string => (count === 1 ? '000' : String(index + 1).padStart(3, '0'));

/** Five digits below 30000, the same for one subject in every town; the stories' serials begin with 31. */
const serialOf = (type: string, subject: string): string =>
  String(Math.floor(chance({ code: type + subject }, 'serial') * 30_000)).padStart(5, '0');

/** As many drafts as the plan says: first those whose story says so, then the likely ones, then by chance. */
function chosen(
  drafts: readonly Draft[],
  flag: Exclude<keyof typeof PLAN_FIGURES, 'total'>,
  likely: (draft: Draft) => number,
): ReadonlySet<Draft> {
  const weight = (draft: Draft): number => {
    const told = STORY_FLAGS[draft.code]?.[flag];
    return told === undefined ? likely(draft) : told ? 99 : -99;
  };
  return new Set(byChance(drafts, flag, weight).slice(0, PLAN_FIGURES[flag]));
}

const byChance = (drafts: readonly Draft[], salt: string, weight: (draft: Draft) => number): Draft[] =>
  drafts
    .map((draft) => ({ draft, rank: weight(draft) + chance(draft, salt) }))
    .sort((a, b) => b.rank - a.rank)
    .map(({ draft }) => draft);

/** A number from 0 to 1 that is always the same for one code. */
export const chance = ({ code }: { readonly code: string }, salt: string): number =>
  createHash('sha256').update(`${salt}/${code}`).digest().readUInt32BE() / 0xffff_ffff;
