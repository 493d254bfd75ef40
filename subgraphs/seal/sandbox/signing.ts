import { createHash } from 'node:crypto';
import { sm3 } from '../../../kernel/crypto/sm3.ts';
import { GatewayRefusal } from '../../../kernel/sandbox/gateway.ts';
import { ALL_PEOPLE } from '../../../kernel/sandbox/population/people.ts';
import type { SandboxKit, SandboxReply, SandboxRequest } from '../../../kernel/sandbox/system.ts';
import { formatDateTime } from '../../../kernel/standards/dateTime.ts';
import { Malformed } from '../upstream/signatures/der.ts';
import { signOfd, signPdf } from './documents.ts';
import type { Institutions } from './identities.ts';
import { draftOf, positionsOf, refusalOf, SEEDS, type Body, type Order, type Seed } from './orders.ts';
import { beijingMs, personalMaterial, type SealMaterial, type SealRow } from './seals.ts';
import { makeSignature } from './ses.ts';

const CONFIRMATION_MS = 30 * 60_000;
/** Between handing in and signing: for the tasks of the past, and in real life for what nobody has to confirm. */
const PAST_SIGNING_MS = 60_000;
const SIGNING_MS = 2_000;

interface Parts {
  readonly kit: SandboxKit;
  readonly rows: readonly SealRow[];
  readonly material: (row: SealRow) => SealMaterial;
  readonly institutions: Institutions;
}

/** The part of the simulated system that signs: tasks, their confirmation by a person, and the files that come out. */
export function createSigningDesk({ kit, rows, material, institutions }: Parts) {
  const now = (): number => Math.floor(kit.clock.now() / 1000) * 1000; // the system writes whole seconds
  const orders = new Map<string, Order>(SEEDS.map((seed) => [seed.signId, seededOrder(seed, rows, now() + CONFIRMATION_MS)]));
  const downloads = new Map<string, Buffer>();

  async function sign(order: Order, atMs: number): Promise<void> {
    const { seal, signer } = order.row ? material(order.row) : personalMaterial(personOf(order), atMs, institutions);
    const stamp = order.row?.stamped === false ? null : { authority: institutions.timestamper, atMs };
    const value = (dataHash: Uint8Array, propertyInfo: string): Buffer =>
      makeSignature({ layout: order.row?.layout ?? 'GB_T_38540', seal, signer, signedAtMs: atMs, dataHash, propertyInfo, stamp });
    const position = order.positions.find(({ mode }) => mode === 'COORD') ?? null;
    const { width: widthMm = 20, height: heightMm = 10 } = order.row ?? {};
    const writtenAt = beijing(atMs).replace(' ', 'T');
    const around = { seal, sign: value, centre: position, widthMm, heightMm, writtenAt };
    try {
      if (!order.file) order.signed = value(Buffer.from(order.fileHash, 'hex'), '/Doc_0/Signs/Sign_1/Signature.xml');
      else order.signed = order.fileType === 'OFD' ? await signOfd(order.file, around) : signPdf(order.file, around);
      order.signedMs = atMs;
      order.state = 'SIGNED';
    } catch (thrown) {
      if (!(thrown instanceof Malformed)) throw thrown;
      order.state = 'FAILED'; // what is no document cannot be signed
    }
  }

  /** Brings a task to where it would be by now. */
  async function settle(order: Order): Promise<void> {
    if (order.state === 'SIGNED' && !order.signed) return sign(order, order.appliedMs + PAST_SIGNING_MS);
    if (order.state !== 'PENDING_AUTH') return;
    if (order.authorisation && order.authorisation.expiresMs <= now()) order.state = 'FAILED';
    else if (isFree(order) && now() >= order.appliedMs + (kit.profile === 'strict' ? 0 : SIGNING_MS)) await sign(order, now());
  }

  function open(draft: Omit<Order, 'signId' | 'appliedMs' | 'state' | 'authorisation' | 'signedMs' | 'signed'>): Order {
    const known = [...orders.values()].find(({ bizNum }) => bizNum === draft.bizNum);
    if (known && known.asked !== draft.asked) throw new GatewayRefusal(40901, '业务流水号重复');
    if (known) return known;
    const refusal = draft.row && refusalOf(draft.row, now());
    if (refusal) throw refusal;
    const signId = `QZ${formatDateTime(now(), 'yyyyMMdd')}${String(orders.size + 1).padStart(8, '0')}`;
    const order: Order = {
      ...draft,
      signId,
      appliedMs: now(),
      state: 'PENDING_AUTH',
      authorisation: null,
      signedMs: null,
      signed: null,
    };
    orders.set(signId, order);
    return order;
  }

  const orderOf = ({ signId }: Body, otherPerson: boolean): Order => {
    const asked = orders.get(String(signId));
    const order = otherPerson ? [...orders.values()].find((other) => other !== asked) : asked;
    if (!order) throw new GatewayRefusal(40401, '签章任务不存在');
    return order;
  };

  function downloadUrl({ signId, signed }: Order, headers: SandboxRequest['headers']): string {
    if (!signed) return '';
    const token = tokenOf(`download/${signId}/${downloads.size}`);
    downloads.set(token, signed);
    return `${originOf(headers)}/download/${token}`;
  }

  return {
    apply: async (body: Body, request: SandboxRequest): Promise<object> => {
      const row = rows.find(({ sealCode }) => sealCode === body['sealCode']);
      if (!row) throw new GatewayRefusal(40401, '印章不存在');
      const order = open({ ...draftOf(body), row, subjectId: null, positions: positionsOf(body), asked: JSON.stringify(body) });
      await settle(order);
      return receiptOf(order, request);
    },

    applyHandwriting: async (body: Body, request: SandboxRequest): Promise<object> => {
      const person = ALL_PEOPLE.find(({ subjectId }) => subjectId === body['subjectId']);
      if (person?.assurance !== 'L3') throw new GatewayRefusal(40301, '实名等级不足');
      const { subjectId } = person;
      return receiptOf(open({ ...draftOf(body), row: null, subjectId, positions: [], asked: JSON.stringify(body) }), request);
    },

    authorize: (body: Body, { headers, otherPerson }: SandboxRequest): object => {
      const order = orderOf(body, false);
      if (order.state !== 'PENDING_AUTH' || isFree(order)) throw new GatewayRefusal(40901, '当前状态无需授权');
      order.authorisation ??= { token: tokenOf(`authorize/${order.signId}`), expiresMs: now() + CONFIRMATION_MS };
      return { signId: otherPerson ? `${order.signId}0` : order.signId, ...confirmationOf(order, headers) };
    },

    result: async (body: Body, { headers, otherPerson }: SandboxRequest): Promise<object> => {
      const order = orderOf(body, otherPerson);
      await settle(order);
      const { signId, bizNum, state, row, subjectId, fileName, fileType, fileHash, file, appliedMs, signedMs, signed } = order;
      const value = signed?.toString('base64') ?? null;
      return {
        ...{ signId, bizNum, state, subjectId, fileName, fileType, fileHash, ...confirmationOf(order, headers) },
        sealCode: row?.sealCode ?? null,
        orgCode: row?.orgCode ?? null,
        applyTime: beijing(appliedMs),
        signTime: signedMs === null ? null : beijing(signedMs),
        fileData: file ? value : null,
        signValue: file ? null : value,
        downloadUrl: downloadUrl(order, headers),
      };
    },

    /** The page on which somebody agrees or refuses: `GET` shows it, `POST` with `decision=agree` or `reject` decides. */
    confirm: async (token: string, { method, body }: SandboxRequest): Promise<SandboxReply> => {
      const order = [...orders.values()].find(({ authorisation }) => authorisation?.token === token);
      if (!order) return page('授权链接无效', 404);
      await settle(order);
      if (order.state !== 'PENDING_AUTH') return page(`该签章任务已结束：${order.state}`, 409);
      if (method !== 'POST') return page(`请确认签章：${order.fileName}。以 POST 提交 decision=agree 或 decision=reject。`);
      if (new URLSearchParams(body).get('decision') === 'agree') await sign(order, now());
      else order.state = 'REJECTED';
      return page(`已处理：${order.state}`);
    },

    /** Gives a signed file once. */
    download: (token: string): SandboxReply => {
      const body = downloads.get(token);
      downloads.delete(token);
      return body ? { headers: { 'content-type': 'application/octet-stream' }, body } : page('下载链接无效或已使用', 404);
    },
  };
}

export type SigningDesk = ReturnType<typeof createSigningDesk>;

/** Whether nobody has to confirm it. */
const isFree = ({ row }: Order): boolean => row?.confirmed === false;

const beijing = (ms: number): string => formatDateTime(ms, 'yyyy-MM-dd HH:mm:ss');
const tokenOf = (text: string): string => createHash('sha256').update(`meijiang-sandbox/${text}`).digest('hex').slice(0, 32);
const originOf = (headers: SandboxRequest['headers']): string => `http://${headers['host'] ?? 'sandbox'}`;

/** Where and until when a task waits for somebody; empty texts when it does not. */
const confirmationOf = ({ state, authorisation }: Order, headers: SandboxRequest['headers']) =>
  state === 'PENDING_AUTH' && authorisation
    ? { authUrl: `${originOf(headers)}/authorize/${authorisation.token}`, expireAt: beijing(authorisation.expiresMs) }
    : { authUrl: '', expireAt: '' };

/** What `sign/apply` and `handwriting/apply` answer; another task's number while the fault is on. */
const receiptOf = ({ bizNum, signId, state }: Order, { otherPerson }: SandboxRequest) => ({
  bizNum: otherPerson ? `${bizNum}0` : bizNum,
  signId,
  state,
});

const personOf = ({ subjectId }: Order) => {
  const person = ALL_PEOPLE.find((entry) => entry.subjectId === subjectId);
  if (!person) throw new Error('A signature by hand belongs to a person of the sandbox');
  return person;
};

function seededOrder(
  { signId, sealCode, subjectId, fileName, state, appliedAt }: Seed,
  rows: readonly SealRow[],
  expiresMs: number,
): Order {
  const isPending = state === 'PENDING_AUTH';
  return {
    ...{ signId, bizNum: signId, asked: signId, subjectId, fileName, fileType: 'OFD', file: null, positions: [], state },
    row: rows.find((row) => row.sealCode === sealCode) ?? null,
    fileHash: sm3(fileName).toString('hex'),
    appliedMs: beijingMs(appliedAt),
    authorisation: isPending ? { token: tokenOf(`authorize/${signId}`), expiresMs } : null,
    signedMs: null,
    signed: null,
  };
}

const page = (text: string, status = 200): SandboxReply => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: `<!doctype html><meta charset="utf-8"><title>电子签章</title><p>${text.replaceAll('<', '&lt;')}</p>`,
});
