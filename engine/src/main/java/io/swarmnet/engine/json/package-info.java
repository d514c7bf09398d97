/**
 * Docker's JSON: what the Engine API says and is told, in Docker's order of keys, and nowhere else in swarmnet. Pure.
 */
package io.swarmnet.engine.json;
