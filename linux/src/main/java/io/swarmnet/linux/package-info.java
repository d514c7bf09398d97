/** swarmnet linux. */
package io.swarmnet.linux;
