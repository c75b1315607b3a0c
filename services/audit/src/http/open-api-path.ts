/** A route's path as OpenAPI writes it: `/v1/accounts/:account` is `/v1/accounts/{account}`. Pure. */
export const openApiPath = (path: string): string => path.replace(/:(\w+)/g, '{$1}')
