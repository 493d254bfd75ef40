import { ASKER_HEADER, ASKERS, OPERATION_HEADER } from '../askers.ts';
import type { LoadRequest } from '../load.ts';
import type { Operation } from '../operations.ts';

/** GraphQL over HTTP, the asker by his name. Every candidate gets these very bytes, those without GraphQL too. */
export const graphqlRequest = ({ id, query, operationName, variables, asker }: Operation): LoadRequest => ({
  method: 'POST',
  path: '/graphql',
  headers: { 'content-type': 'application/json', accept: 'application/json', [ASKER_HEADER]: asker, [OPERATION_HEADER]: id },
  body: JSON.stringify({ query, operationName, variables }),
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
