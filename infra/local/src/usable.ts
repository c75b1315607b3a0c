/** Whether something this machine may have can be used; `what` it is, or `why` it cannot. */
export type Usable = { readonly usable: true; readonly what: string } | { readonly usable: false; readonly why: string }
