import { DEPARTMENTS, department, type DepartmentRecord } from '../../../kernel/sandbox/population/departments.ts';
import { PEOPLE, RESIDENTS, type PersonRecord } from '../../../kernel/sandbox/population/people.ts';
import type { Profile } from '../../../kernel/sandbox/system.ts';

/** One message of the account queue, with the fields of the published client; `idcard`, `creditCode` and `enName` are [modelled]. */
export interface QueueTask {
  readonly taskId: string;
  readonly objectType: 'TARGET_ACCOUNT' | 'TARGET_ORGANIZATION';
  readonly effectOn: 'CREATED' | 'UPDATED' | 'DELETED';
  readonly id: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const CREATED_AT = '2024-01-02 09:00:00.000';
const UPDATED_AT = '2024-03-04 10:30:00.000';

/** Above all departments; the departments' own codes are those of the population. */
const DISTRICT: DepartmentRecord = {
  code: 'X00000019',
  uscc: '11441402X00000019B',
  name: '梅江区人民政府',
  english: 'Meijiang District Government',
};

const organisationId = ({ code }: DepartmentRecord): string => `org-${code}`;

const task = (fields: Omit<QueueTask, 'taskId'>): QueueTask => ({ taskId: `task-${fields.id}-${fields.effectOn}`, ...fields });

/** A message about a department. */
export const departmentTask = (
  entry: DepartmentRecord,
  effectOn: QueueTask['effectOn'] = 'CREATED',
  updateAt = CREATED_AT,
): QueueTask =>
  task({
    objectType: 'TARGET_ORGANIZATION',
    effectOn,
    id: organisationId(entry),
    data: {
      code: entry.code,
      _parent: entry === DISTRICT ? null : organisationId(DISTRICT),
      fullname: entry.name,
      enName: entry.english,
      creditCode: entry.uscc,
      isDisabled: false,
      createAt: CREATED_AT,
      updateAt,
    },
  });

interface Account {
  readonly username: string;
  readonly person: PersonRecord;
  readonly department: DepartmentRecord;
  readonly isDisabled?: boolean;
  readonly isLocked?: boolean;
  readonly fullname?: string;
}

/** A message about an account. */
export const accountTask = (account: Account, effectOn: QueueTask['effectOn'] = 'CREATED', updateAt = CREATED_AT): QueueTask => {
  const { username, person, department: owner, isDisabled = false, isLocked = false, fullname = person.name } = account;
  return task({
    objectType: 'TARGET_ACCOUNT',
    effectOn,
    id: `account-${username}`,
    data: {
      username,
      fullname,
      idcard: person.certificateNumber,
      _organization: organisationId(owner),
      isDisabled,
      isLocked,
      isSystem: false,
      isPublic: false,
      isMaster: true,
      createAt: CREATED_AT,
      updateAt,
    },
  });
};

const resident = (number: number): PersonRecord => RESIDENTS[number - 1] ?? PEOPLE.official;

const OFFICIAL: Account = { username: 'chenlixin', person: PEOPLE.official, department: department('梅江区自然资源分局') };

/** Colleagues of all departments in turn: `staff001` and on. */
const COLLEAGUES: readonly Account[] = Array.from({ length: 12 }, (_, index) => ({
  username: `staff${String(index + 1).padStart(3, '0')}`,
  person: resident(100 + index),
  department: DEPARTMENTS[index] ?? DISTRICT,
}));

const DISABLED: Account = { username: 'staff-disabled', person: resident(120), department: DEPARTMENTS[0], isDisabled: true };
const LOCKED: Account = { username: 'staff-locked', person: resident(121), department: DEPARTMENTS[0], isLocked: true };
const LEFT: Account = { username: 'staff-left', person: resident(122), department: DEPARTMENTS[0] };
const RENAMED: Account = { username: 'staff-renamed', person: resident(123), department: DEPARTMENTS[1] };

/** The accounts that the directory must know in the end; for samples. */
export const STAFF_IDS: readonly string[] = [OFFICIAL, ...COLLEAGUES].map(({ username }) => username);

/**
 * What waits in the queue at the start. `real-life`: the official before his department, an update before the creation and a
 * removal before it, the same message twice, and one that nobody can use.
 */
export function seededTasks(profile: Profile): QueueTask[] {
  const organisations = [DISTRICT, OFFICIAL.department, ...DEPARTMENTS.filter((entry) => entry !== OFFICIAL.department)].map(
    (entry) => departmentTask(entry),
  );
  const accounts = [OFFICIAL, ...COLLEAGUES, DISABLED, LOCKED].map((account) => accountTask(account));
  const renamed = [accountTask({ ...RENAMED, fullname: '旧姓名' }), accountTask(RENAMED, 'UPDATED', UPDATED_AT)];
  const left = [accountTask(LEFT), accountTask(LEFT, 'DELETED', UPDATED_AT)];
  if (profile === 'strict') return [...organisations, ...accounts, ...renamed, ...left];
  const unusable = accountTask({ ...OFFICIAL, username: 'null' });
  return [
    ...accounts.slice(0, 1),
    unusable,
    ...organisations,
    ...accounts.slice(1),
    ...renamed.toReversed(),
    ...left.toReversed(),
    accountTask(OFFICIAL),
  ];
}
