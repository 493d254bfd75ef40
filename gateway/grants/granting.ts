import type { RegisteredField } from '../disclosure/register.ts';
import type { Grant, Showing } from './grant.ts';

/** What is open of other people to an application by its grants, or to an official by his office, in one operation; and to whom it was used. */
export interface Granting {
  /** Learns whose consent stands, before any of them is shown. */
  meet(persons: readonly string[]): Promise<void>;
  /**
   * How a field of an object about these persons is shown; null: not at all. What is about several needs the consent of each, and
   * for what is about nobody who could be named nobody can consent.
   */
  showing(field: RegisteredField, persons: readonly string[]): Showing | null;
  /**
   * Counts the persons who were shown.
   *
   * @throws RATE_LIMITED when there are more than are allowed on one day: then nothing may leave.
   */
  settle(): Promise<void>;
  /** The grants that were used for a person. */
  usedFor(person: string | null): readonly Grant[];
}
