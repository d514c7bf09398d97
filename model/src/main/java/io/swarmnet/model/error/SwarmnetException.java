package io.swarmnet.model.error;

/** A refusal with a sentence for the user, in Docker's words where Docker has them. The REST layer maps it by its status. */
public class SwarmnetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int httpStatus;

    /** @param httpStatus 400 to 599 */
    public SwarmnetException(int httpStatus, String message) {
        super(message);
        this.httpStatus = httpStatus;
    }

    public int httpStatus() {
        return httpStatus;
    }
}
