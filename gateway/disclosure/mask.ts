import type { Mask } from '../../kernel/register.ts';
import { maskAddress, maskIdentityNumber, maskName, maskPhone } from '../../kernel/standards/masking.ts';

const MASKS: Readonly<Record<Exclude<Mask, 'hidden'>, (value: string) => string>> = {
  name: maskName,
  'identity-number': maskIdentityNumber,
  phone: maskPhone,
  address: maskAddress,
  number: maskIdentityNumber,
};

/** A value behind its mask; lists item by item, null stays. What is no text, and what is hidden, has no mask: null. */
export function masked(value: unknown, mask: Mask): unknown {
  if (Array.isArray(value)) return value.map((item) => masked(item, mask));
  return typeof value === 'string' && mask !== 'hidden' ? MASKS[mask](value) : null;
}
