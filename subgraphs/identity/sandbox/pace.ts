import { jsonReply } from '../../../kernel/sandbox/gateway.ts';
import type { SandboxHandler, SandboxKit } from '../../../kernel/sandbox/system.ts';
import type { Switches } from './switches.ts';

/** No status 429: above the pace the gateway refuses with a code [inferred]. */
export function paced({ clock }: SandboxKit, { requestsPerSecond }: Switches, handler: SandboxHandler): SandboxHandler {
  let second = { startMs: 0, requests: 0 };
  return (request) => {
    if (clock.now() - second.startMs >= 1_000) second = { startMs: clock.now(), requests: 0 };
    second.requests += 1;
    const tooMany = requestsPerSecond !== null && second.requests > requestsPerSecond;
    return tooMany ? jsonReply({ errcode: 42901, errmsg: '访问过于频繁', requestId: 'sandbox' }) : handler(request);
  };
}
