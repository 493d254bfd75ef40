import type { Sandbox } from '../../kernel/sandbox/system.ts';
import { licenceSandbox } from './sandbox/licence.ts';
import { licenceBSandbox } from './sandbox/licenceB.ts';

/** The provincial licence system, and the second source, which its credentials leave switched off. */
export const sandbox: Sandbox = (kit) => [licenceSandbox(kit), licenceBSandbox(kit)];
