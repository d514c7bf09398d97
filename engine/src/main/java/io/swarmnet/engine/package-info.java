/** swarmnet engine. */
package io.swarmnet.engine;
