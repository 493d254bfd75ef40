import { ASKER_HEADER, ASKERS } from '../askers.ts';
import type { LoadRequest } from '../load.ts';
import type { Operation } from '../operations.ts';

/** GraphQL over HTTP, the asker by his name. */
export const graphqlRequest = ({ query, variables, asker }: Operation): LoadRequest => ({
  method: 'POST',
  path: '/graphql',
  headers: { 'content-type': 'application/json', accept: 'application/json', [ASKER_HEADER]: asker },
  body: JSON.stringify({ query, variables }),
});

/** GraphQL over HTTP, the asker by his token and his purpose by the header of the graph. */
export const checkedRequest =
  (tokens: Readonly<Record<string, string>>) =>
  (operation: Operation): LoadRequest => {
    const { code, itemCode, caseNumber } = ASKERS[operation.asker].purpose;
    const purpose = [code, ...(itemCode ? [`item=${itemCode}`] : []), ...(caseNumber ? [`case=${caseNumber}`] : [])].join('; ');
    const { [ASKER_HEADER]: _, ...headers } = graphqlRequest(operation).headers;
    return {
      ...graphqlRequest(operation),
      headers: { ...headers, authorization: `Bearer ${tokens[operation.asker]}`, 'meijiang-purpose': purpose },
    };
  };

/** A page of its own for each operation, without GraphQL. */
export const pageRequest = ({ id, asker }: Operation): LoadRequest => ({
  method: 'GET',
  path: `/${id}`,
  headers: { accept: 'application/json', [ASKER_HEADER]: asker },
});
