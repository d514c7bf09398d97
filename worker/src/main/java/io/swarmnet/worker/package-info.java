/** swarmnet worker. */
package io.swarmnet.worker;
