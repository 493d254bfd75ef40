import { nonceMemory } from '../signing/nonceMemory.ts';
import { SIGNING } from '../signing/table.ts';
import type { SandboxHandler, SandboxKit, SandboxReply, SandboxRequest } from './system.ts';

/** One operation behind the gateway: gets the parsed JSON body, gives `data` or throws a `GatewayRefusal`. */
export type GatewayOperation = (body: Readonly<Record<string, unknown>>, request: SandboxRequest) => unknown;

/** A business refusal: HTTP 200 and `errcode` not 0. */
export class GatewayRefusal extends Error {
  readonly errcode: number;

  constructor(errcode: number, message: string) {
    super(message);
    this.errcode = errcode;
  }
}

/** The gateway's application of the sandboxes: a published sandbox value, not a secret. */
export const SANDBOX_GATEWAY = { paasid: 'meijiang_sandbox', token: 'sandbox-gateway-token' } as const;

const NONCE_WINDOW_MS = 10 * 60_000;

export const jsonReply = (body: unknown, status = 200): SandboxReply => ({ status, body: JSON.stringify(body) });

/** The failure `50001` in the gateway's envelope. */
export const gatewayFailure = (): SandboxReply => jsonReply({ errcode: 50001, errmsg: '系统内部错误', requestId: 'sandbox' });

/**
 * The gateway in front of a system: signatures are verified with the same table that adapters sign with; a refusal is HTTP 500
 * with code 400001, as one published server filter answers.
 */
export function behindFilter({ clock }: SandboxKit, handler: SandboxHandler): SandboxHandler {
  const seenNonce = nonceMemory({ windowMs: NONCE_WINDOW_MS, maximum: 100_000, now: clock.now });
  const { paasid, token } = SANDBOX_GATEWAY;
  const credentialsOf = (paasId: string) => (paasId === paasid ? { paasId, token } : null);
  return async (request) => {
    const verified = await SIGNING.tif.verify(request, credentialsOf, { nowMs: clock.now(), seenNonce });
    if (verified.ok) return handler(request);
    return jsonReply({ code: 400001, msg: verified.reason === 'MISSING' ? '鉴权参数不完整' : '鉴权失败' }, 500);
  };
}

/** A system behind the gateway that keeps the gateway's envelope; its operations are found by their path. */
export const behindGateway = (kit: SandboxKit, operations: Readonly<Record<string, GatewayOperation>>): SandboxHandler =>
  behindFilter(kit, async (request) => {
    const operation = operations[request.path];
    if (!operation) return jsonReply({ errcode: 40401, errmsg: '接口不存在' });
    try {
      const body: unknown = request.body === '' ? {} : JSON.parse(request.body);
      const data = await operation(body as Readonly<Record<string, unknown>>, request); // the operation checks its own fields
      return jsonReply({ errcode: 0, errmsg: 'ok', data, requestId: 'sandbox' });
    } catch (thrown) {
      if (thrown instanceof GatewayRefusal) return jsonReply({ errcode: thrown.errcode, errmsg: thrown.message });
      if (thrown instanceof SyntaxError) return jsonReply({ errcode: 40001, errmsg: '参数错误' });
      throw thrown;
    }
  });
