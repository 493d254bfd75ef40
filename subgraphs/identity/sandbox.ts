import type { Sandbox } from '../../kernel/sandbox/system.ts';
import { baseOrganisation } from './sandbox/baseOrganisation.ts';
import { basePerson } from './sandbox/basePerson.ts';
import { identityPlatform } from './sandbox/identityPlatform.ts';
import { mobileOffice } from './sandbox/mobileOffice.ts';
import { staffQueue } from './sandbox/staffQueue.ts';
import { switchesOf, type Switches } from './sandbox/switches.ts';

/** The simulated systems with some switches set by hand; the others as the profile wants them. */
export const sandboxWith =
  (switches: Partial<Switches>): Sandbox =>
  (kit) => {
    const set = switchesOf(kit.profile, switches);
    return [
      identityPlatform(kit, set),
      staffQueue(kit, set),
      mobileOffice(kit, set),
      basePerson(kit, set),
      baseOrganisation(kit, set),
    ];
  };

/** All systems that this folder wraps, simulated. */
export const sandbox: Sandbox = sandboxWith({});
