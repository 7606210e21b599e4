/** `contract`: the API as its document describes it. `live`: as it has been seen to answer. */
export type Dialect = 'contract' | 'live';
