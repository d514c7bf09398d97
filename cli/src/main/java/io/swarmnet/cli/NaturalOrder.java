package io.swarmnet.cli;

/** The order docker lists names in: node2 before node10. */
final class NaturalOrder {
    private NaturalOrder() {}

    static int compare(String one, String other) {
        int i = 0;
        int j = 0;
        while (i < one.length() && j < other.length()) {
            int endOne = chunk(one, i);
            int endOther = chunk(other, j);
            int order = compareChunks(one.substring(i, endOne), other.substring(j, endOther));
            if (order != 0) {
                return order;
            }
            i = endOne;
            j = endOther;
        }
        return Integer.compare(one.length() - i, other.length() - j);
    }

    private static int chunk(String text, int from) {
        int end = from + 1;
        while (end < text.length() && digit(text.charAt(end)) == digit(text.charAt(from))) {
            end++;
        }
        return end;
    }

    private static int compareChunks(String one, String other) {
        if (digit(one.charAt(0)) && digit(other.charAt(0))) {
            String a = withoutZeros(one);
            String b = withoutZeros(other);
            int byLength = Integer.compare(a.length(), b.length());
            return byLength != 0 ? byLength : a.compareTo(b) != 0 ? a.compareTo(b) : one.length() - other.length();
        }
        return one.compareTo(other);
    }

    private static String withoutZeros(String digits) {
        int at = 0;
        while (at < digits.length() - 1 && digits.charAt(at) == '0') {
            at++;
        }
        return digits.substring(at);
    }

    private static boolean digit(char c) {
        return c >= '0' && c <= '9';
    }
}
