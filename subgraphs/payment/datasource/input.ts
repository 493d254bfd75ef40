import { ServiceError } from '../../../kernel/errors.ts';

/** The error for an argument of the caller; names it, never its value. */
export const badInput = (argument: string, expected: string): ServiceError =>
  new ServiceError('BAD_USER_INPUT', `Argument ${argument} must be ${expected}.`);

/** @throws BAD_USER_INPUT unless it is 20 ASCII digits. */
export function checkNoticeNumber(number: string): void {
  if (!/^\d{20}$/.test(number)) throw badInput('number or noticeNumber', 'a payment code of 20 ASCII digits');
}

/** @throws BAD_USER_INPUT unless it has 1 to 100 characters without outer spaces. */
export function checkText(argument: string, text: string): void {
  const { length } = [...text];
  if (length < 1 || length > 100 || text.trim() !== text) throw badInput(argument, '1 to 100 characters without outer spaces');
}
