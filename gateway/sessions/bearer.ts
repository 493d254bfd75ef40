import { ServiceError } from '../../kernel/errors.ts';

/** The token of the header `authorization`; null when there is no such header. @throws UNAUTHENTICATED when it holds anything else. */
export function bearerIn(authorization: string | undefined): string | null {
  if (authorization === undefined) return null;
  const [, token] = /^Bearer ([\w.-]+)$/i.exec(authorization) ?? [];
  if (!token) throw new ServiceError('UNAUTHENTICATED', 'Send the token as "Authorization: Bearer <token>".');
  return token;
}
