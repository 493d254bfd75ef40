import { GatewayRefusal, jsonReply, type GatewayOperation } from '../../../kernel/sandbox/gateway.ts';
import type { Profile, SandboxHandler } from '../../../kernel/sandbox/system.ts';
import { CERTIFICATE_CODES } from './certificateCodes.ts';
import { corporateUid, TEST_IDENTITIES, type TestIdentity } from './platformUsers.ts';

/** Who acts for which organisation, as the platform has it at this moment. */
export interface SimulatedDelegations {
  /** The identity as it is now: without its organisation once the tester has ended that. */
  current(identity: TestIdentity): TestIdentity;
  /**
   * A post to the account page: `{"persona": <id of an agent>, "acts": false}` ends his delegation, `true` restores it. The page
   * is published, what it takes is [modelled].
   */
  readonly manage: SandboxHandler;
  /** The organisations that an account acts for [modelled; only the operation's path is published]. */
  readonly corpCode: GatewayOperation;
}

export function simulatedDelegations(profile: Profile): SimulatedDelegations {
  const ended = new Set<string>();
  const current = (identity: TestIdentity): TestIdentity =>
    ended.has(identity.id) ? { ...identity, organisation: null } : identity;

  /** A human's account, or an organisation's own, which acts for itself whoever uses it. */
  const organisationOf = (uid: string): TestIdentity['organisation'] => {
    const human = TEST_IDENTITIES.find(({ person }) => person.subjectId === uid);
    if (human) return current(human).organisation;
    const own = TEST_IDENTITIES.find(({ organisation }) => organisation && corporateUid(organisation) === uid);
    if (own) return own.organisation;
    throw new GatewayRefusal(40401, '用户不存在');
  };

  return {
    current,
    manage: ({ method, body }) => {
      if (method !== 'POST') return { status: 404, body: 'Not Found' };
      const { persona, acts } = changeIn(body);
      const agent = TEST_IDENTITIES.find(({ id, organisation }) => id === persona && organisation);
      if (!agent) return jsonReply({ errcode: 40401, errmsg: '经办人不存在' });
      if (typeof acts !== 'boolean') return jsonReply({ errcode: 40001, errmsg: '参数错误' });
      if (acts) ended.delete(agent.id);
      else ended.add(agent.id);
      return jsonReply({ errcode: 0 });
    },
    corpCode: (body, { otherPerson }) => {
      const uid = String(body['uid'] ?? '');
      const organisation = organisationOf(uid);
      const none = profile === 'strict' ? [] : 'null'; // in practice what is absent is a text
      const corps = organisation ? [{ cid: organisation.uscc, ctype: CERTIFICATE_CODES.USCC, name: organisation.name }] : none;
      const shown = otherPerson ? TEST_IDENTITIES.find(({ person }) => person.subjectId !== uid)?.person.subjectId : uid;
      return { uid: shown, corps };
    },
  };
}

function changeIn(body: string): { readonly persona?: unknown; readonly acts?: unknown } {
  try {
    return (JSON.parse(body) ?? {}) as object; // a tester's own request; each value is looked at before it is used
  } catch {
    return {};
  }
}
