import type { OrganisationRecord } from './organisations.ts';
import { ALL_PEOPLE, type PersonRecord } from './people.ts';
import { ALL_ORGANISATIONS } from './organisations.ts';

/**
 * The single sign-on ticket (`tokenid`) that the simulated identity platform gives an account. The other simulated systems ask
 * nobody: they accept just these.
 */
export const ticketOf = (person: PersonRecord, organisation: OrganisationRecord | null = null): string =>
  `ticket-${person.subjectId}${organisation ? `-${organisation.uscc}` : ''}`;

/** Whose account a ticket stands for: a person, or a person acting for an organisation; null when it is no ticket. */
export function accountOfTicket(ticket: string): { person: PersonRecord; organisation: OrganisationRecord | null } | null {
  const [, subjectId, uscc] = /^ticket-([^-]+)(?:-([^-]+))?$/.exec(ticket) ?? [];
  const person = ALL_PEOPLE.find((entry) => entry.subjectId === subjectId);
  const organisation = ALL_ORGANISATIONS.find((entry) => entry.uscc === uscc) ?? null;
  return person && (uscc === undefined || organisation) ? { person, organisation } : null;
}
