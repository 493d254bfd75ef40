import type { Sandbox } from '../../kernel/sandbox/system.ts';
import { nationalMap } from './sandbox/tianditu.ts';
import { provincialMap } from './sandbox/geo.ts';

/** The two platforms over one made-up land. */
export const sandbox: Sandbox = (kit) => [provincialMap(kit), nationalMap(kit)];
