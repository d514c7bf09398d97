package io.swarmnet.model.session;

/** Numbers of the messages on the wire; a number is never used again for another. */
public enum MessageType {
    ROOT_REQUEST(1, SessionMessage.RootRequest.class),
    ROOT_ANSWER(2, SessionMessage.RootAnswer.class),
    CERTIFICATE_REQUEST(3, SessionMessage.CertificateRequest.class),
    CERTIFICATE_ANSWER(4, SessionMessage.CertificateAnswer.class),
    HELLO(16, SessionMessage.Hello.class),
    WELCOME(17, SessionMessage.Welcome.class),
    ASSIGN(18, SessionMessage.Assign.class),
    REPORT(19, SessionMessage.Report.class),
    REPORT_STORED(20, SessionMessage.ReportStored.class),
    KEEPALIVE(21, SessionMessage.Keepalive.class),
    ASK(22, SessionMessage.Ask.class),
    ANSWER(23, SessionMessage.Answer.class),
    LEAVE(24, SessionMessage.Leave.class),
    REFUSAL(255, SessionMessage.Refusal.class);

    private final int number;
    private final Class<? extends SessionMessage> type;

    MessageType(int number, Class<? extends SessionMessage> type) {
        this.number = number;
        this.type = type;
    }

    public int number() {
        return number;
    }

    public Class<? extends SessionMessage> type() {
        return type;
    }

    /** Null when no message has the number. */
    public static MessageType of(int number) {
        for (MessageType type : values()) {
            if (type.number == number) {
                return type;
            }
        }
        return null;
    }

    public static MessageType of(SessionMessage message) {
        for (MessageType type : values()) {
            if (type.type == message.getClass()) {
                return type;
            }
        }
        throw new IllegalStateException("No number for " + message.getClass().getName());
    }
}
