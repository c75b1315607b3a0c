/**
 * The base URL without a slash at its end. Refuses one that is more than an address: credentials in it would be shown wherever the address
 * is, and a query would be lost. The message does not repeat it, for that reason.
 */
export const checkedBaseUrl = (baseUrl: string): string => {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null
  if (url === null || !/^https?:$/.test(url.protocol)) throw new RangeError('baseUrl must be an http or https address')
  if (url.username !== '' || url.password !== '') throw new RangeError('baseUrl must not hold credentials; name them by apiKeyFile and apiTokenFile')
  if (url.search !== '' || url.hash !== '') throw new RangeError('baseUrl must not have a query or a fragment')
  return url.href.replace(/\/+$/, '')
}
