import type { AccessBasis, RequestContext } from '../../../kernel/context.ts';
import type { Upstream } from '../upstream.ts';
import type { Notice } from '../upstream/notice.ts';
import { admitted, basisOf } from './access.ts';
import { checkNoticeNumber } from './input.ts';

/** A notice that the caller may see, and why. */
export type SeenNotice = Notice & { readonly seenAs: AccessBasis['kind'] };

/** Those of the notices that the caller may see. */
export const seen = (request: RequestContext, notices: readonly Notice[]): readonly SeenNotice[] =>
  notices.flatMap((notice) => {
    const basis = basisOf(request, notice.payer.key);
    return basis ? [{ ...notice, seenAs: basis.kind }] : [];
  });

/** A notice; null when absent or foreign. @throws BAD_USER_INPUT unless the number is 20 digits. */
export async function noticeByNumber(
  { platform }: Upstream,
  request: RequestContext,
  number: string,
): Promise<SeenNotice | null> {
  admitted(request);
  checkNoticeNumber(number);
  const notice = await platform.notice(request, number);
  return (notice && seen(request, [notice])[0]) ?? null;
}
