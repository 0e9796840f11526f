/** The three NATS servers of one cluster. */
export const SERVERS = ['a', 'b', 'c'] as const;
/** The three nodes. */
export const NODES = ['n1', 'n2', 'n3'] as const;
/** The routers that every node speaks to. */
export const ROUTERS = ['frr', 'bird'] as const;

export type ServerName = (typeof SERVERS)[number];
export type NodeName = (typeof NODES)[number];
export type RouterName = (typeof ROUTERS)[number];
