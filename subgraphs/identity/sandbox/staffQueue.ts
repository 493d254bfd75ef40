import { randomUUID } from 'node:crypto';
import { behindFilter, jsonReply, SANDBOX_GATEWAY } from '../../../kernel/sandbox/gateway.ts';
import type { SandboxHandler, SandboxKit, SandboxReply, SimulatedSystem } from '../../../kernel/sandbox/system.ts';
import { paced } from './pace.ts';
import { seededTasks } from './staffTasks.ts';
import type { Switches } from './switches.ts';

/** The registration of this district; sandbox values, never secret. */
const REGISTRATION = { systemCode: 'MJ_GRAPH', integrationKey: 'sandbox-integration-key' } as const;

/**
 * 政务人员账号库 (IAM): one address, everything in the query. The oldest task that is not acknowledged is given again and again;
 * one that was refused goes to the end. Method names, fields and redelivery are published; error codes, the answer of an empty
 * queue and what `force` does are [modelled].
 */
export const staffQueue = (kit: SandboxKit, switches: Switches): SimulatedSystem => ({
  name: 'identity.staff',
  addresses: { main: paced(kit, switches, behindFilter(kit, queue(kit, switches))) },
  credentials: { ...REGISTRATION, ...SANDBOX_GATEWAY },
  failure: () => refusal('SYSTEM_ERROR'),
});

function queue({ profile }: SandboxKit, { staffTasks, lostAcknowledgements, refusedAcknowledgements }: Switches): SandboxHandler {
  const tasks = staffTasks ?? seededTasks(profile);
  // In practice booleans come as text, and an empty queue as the text "null".
  const success = (fields: object = {}): SandboxReply => jsonReply({ success: profile === 'strict' ? true : 'true', ...fields });
  let session: string | null = null;
  let lost = lostAcknowledgements;
  let refused = refusedAcknowledgements;

  return ({ method, path, query }) => {
    const fields = requestFields(query['request']);
    if (method !== 'POST' || path !== '/ebus/iam/integration' || !fields) return refusal('INVALID_REQUEST');
    if (fields['systemCode'] !== REGISTRATION.systemCode) return refusal('INVALID_KEY');
    if (query['method'] === 'login') {
      if (fields['integrationKey'] !== REGISTRATION.integrationKey) return refusal('INVALID_KEY');
      if (session !== null && fields['force'] !== true) return refusal('BUSY');
      session = randomUUID();
      return success({ tokenId: session });
    }
    if (session === null || fields['tokenId'] !== session) return refusal('INVALID_TOKEN');
    switch (query['method']) {
      case 'pullTask':
        return success(tasks[0] ?? (profile === 'strict' ? {} : { taskId: 'null' }));
      case 'pullFinish': {
        const index = tasks.findIndex(({ taskId }) => taskId === fields['taskId']);
        if (index < 0 || !fields['guid']) return refusal('INVALID_TASK');
        if ((refused -= 1) >= 0) return refusal('SYSTEM_ERROR');
        const done = tasks.splice(index, 1);
        if (fields['success'] !== true) tasks.push(...done);
        return (lost -= 1) >= 0 ? { status: 503, body: '' } : success();
      }
      case 'logout':
        session = null;
        return success();
      default:
        return refusal('INVALID_REQUEST');
    }
  };
}

const refusal = (errorCode: string): SandboxReply => jsonReply({ success: false, errorCode, message: '操作失败' });

function requestFields(text: string | undefined): Readonly<Record<string, unknown>> | null {
  try {
    return JSON.parse(text ?? '') as Record<string, unknown>; // each field is compared before it is used
  } catch {
    return null;
  }
}
