/**
 * The loop around every actor: clock, timers, mailbox, stamping and logging.
 *
 * An actor's shell turns the world into inputs; `actor` steps them one at a time, runs the effects and appends the
 * facts. Effects come first: a router hears of a decision before the log does, and never waits for it.
 */
export { type Actor, type ActorOptions, actor, type Stepped } from './actor.ts';
export { type Append, appender, type Identity } from './appender.ts';
export { type Clock, createClock } from './clock.ts';
export { sayHeld } from './held-log.ts';
export { createLogger, type Logger } from './logger.ts';
export { collectWhenQuiet, growSparingly } from './memory.ts';
export { createTimers, type Timers } from './timers.ts';
