import type { Batched } from '../../kernel/batched.ts';
import type { RequestContext } from '../../kernel/context.ts';
import { allDepartments, departmentsFor, organisationsFor, peopleFor, staffFor, type PersonReference } from './datasource.ts';
import type { DepartmentRecord, StaffRecord } from './state.ts';
import type { Upstream } from './upstream.ts';
import type { OrganisationRecord } from './upstream/baseOrganisation.ts';
import type { PersonRecord } from './upstream/basePerson.ts';

/** The loaders of one request. */
export interface Context {
  readonly request: RequestContext;
  readonly people: Batched<PersonReference, PersonRecord | null>;
  readonly organisations: Batched<string, OrganisationRecord | null>;
  readonly staff: Batched<string, StaffRecord | null>;
  readonly departments: Batched<string, DepartmentRecord | null>;
  readonly allDepartments: () => Promise<readonly DepartmentRecord[]>;
}

/** A person: his record, or for the signed-in one only his key until something is asked that the sign-in did not say. */
export type PersonModel = PersonRecord | { readonly personKey: string | null };

/** An organisation: its record, or only its code until more is asked. */
export type OrganizationModel = OrganisationRecord | { readonly uscc: string };

export type StaffMemberModel = StaffRecord;
export type DepartmentModel = DepartmentRecord;

export const createContext = (request: RequestContext, upstream: Upstream): Context => ({
  request,
  people: peopleFor(request, upstream),
  organisations: organisationsFor(request, upstream),
  staff: staffFor(request, upstream),
  departments: departmentsFor(request, upstream),
  allDepartments: () => allDepartments(request, upstream),
});
