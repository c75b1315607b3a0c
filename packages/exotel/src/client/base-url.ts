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

/** Exotel's clusters: the REST API's host, and the one of voice v2 and v3 (contract §1). */
const CCM_HOSTS: Readonly<Record<string, string>> = {
  'api.exotel.com': 'ccm-api.exotel.com',
  'api.in.exotel.com': 'ccm-api.in.exotel.com',
}

/** Where voice v3 of the same cluster is, to which the same credentials belong. Null where the base URL is not a cluster's own: then nobody knows. */
export const ccmUrlOf = (baseUrl: string): string | null => {
  const { protocol, host } = new URL(baseUrl)
  const ccm = CCM_HOSTS[host]
  return ccm === undefined || protocol !== 'https:' ? null : `https://${ccm}`
}
