import '../../kernel/runtime.ts';
import { systemClock } from '../../kernel/clock.ts';
import { silentLog } from '../../kernel/log.ts';
import { createSubgraphServer } from '../../gateway/subgraphServer.ts';
import { ASSERTION_KEY } from '../world.ts';
import { startFolder } from './folders.ts';
import { serve } from './ready.ts';

// One folder as our own subgraph service: `subgraph.ts WORLD NAME`.

const subgraph = await startFolder(process.argv[2], process.argv[3]);
await serve(createSubgraphServer(subgraph, { clock: systemClock, log: silentLog, assertionKey: ASSERTION_KEY }));
