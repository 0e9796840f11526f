import { z } from 'zod';

export const family = z.enum(['ipv4-unicast', 'ipv6-unicast']);
