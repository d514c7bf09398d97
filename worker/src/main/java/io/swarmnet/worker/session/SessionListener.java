package io.swarmnet.worker.session;

import io.swarmnet.model.session.Assignment;
import io.swarmnet.model.session.SessionMessage;
import io.vertx.core.Future;

/** What a manager says to this node. Called on the session's event loop, in the order it was said: hand over at once. */
public interface SessionListener {
    /** A session is open. */
    void welcome(SessionMessage.Welcome welcome);

    /** All that this node is to do now; replaces what was said before. Told anew after each welcome. */
    void assigned(Assignment assignment);

    /**
     * A question.
     *
     * @param body {@code Encoding} of a {@code NodeRequest}
     * @return {@code Encoding} of a {@code NodeAnswer}; the message of a failure goes to the asker
     */
    Future<byte[]> ask(byte[] body);

    /** The session that was open is so no more; another one is being looked for unless this end closed it. */
    void closed(String reason);
}
