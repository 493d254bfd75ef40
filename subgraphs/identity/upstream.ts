import type { Surroundings } from '../../kernel/subgraph.ts';
import { createDirectoryStore, type DirectoryStore } from './state.ts';
import { createOrganisationLibrary, type OrganisationLibrary } from './upstream/baseOrganisation.ts';
import { createPersonLibrary, type PersonLibrary } from './upstream/basePerson.ts';
import { createDelegations, type Delegations } from './upstream/delegations.ts';
import { createDirectorySync, type DirectorySync } from './upstream/directorySync.ts';
import { createStaffLogin, type StaffLogin } from './upstream/staffLogin.ts';
import { createStaffQueue } from './upstream/staffQueue.ts';
import { createUnifiedLogin, type UnifiedLogin } from './upstream/unifiedLogin.ts';

/** The systems of this folder, one dialect each under `upstream/`, and the staff directory that one of them fills. */
export interface Upstream {
  readonly people: PersonLibrary;
  readonly organisations: OrganisationLibrary;
  readonly directory: DirectoryStore;
  readonly directorySync: DirectorySync;
  readonly unifiedLogin: UnifiedLogin;
  readonly staffLogin: StaffLogin;
  readonly delegations: Delegations;
}

/** Connects them. Nothing is called before somebody asks. */
export function connect(surroundings: Surroundings): Upstream {
  const { state, clock } = surroundings;
  const store = createDirectoryStore(state);
  return {
    people: createPersonLibrary(surroundings),
    organisations: createOrganisationLibrary(surroundings),
    directory: store,
    directorySync: createDirectorySync({ queue: createStaffQueue(surroundings), store, state, clock }),
    unifiedLogin: createUnifiedLogin(surroundings),
    staffLogin: createStaffLogin(surroundings),
    delegations: createDelegations(surroundings),
  };
}
