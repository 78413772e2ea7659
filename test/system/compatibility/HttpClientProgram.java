import java.net.URI;
import java.net.http.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.List;

/** Java 11 and newer, with all defaults: the first request offers an upgrade to HTTP/2. BASE get|post|upload PATH FILE */
public class HttpClientProgram {
    public static void main(String[] args) throws Exception {
        String base = args[0], scenario = args[1], path = args[2], file = args[3];
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path));
        if (scenario.equals("post")) {
            request.header("Content-Type", "application/json");
            request.POST(HttpRequest.BodyPublishers.ofFile(Paths.get(file)));
        }
        if (scenario.equals("upload")) {
            request.header("Content-Type", "multipart/form-data; boundary=java-boundary");
            request.POST(HttpRequest.BodyPublishers.ofByteArrays(List.of(
                ascii("--java-boundary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"logo.png\"\r\n"),
                ascii("Content-Type: image/png\r\n\r\n"),
                Files.readAllBytes(Paths.get(file)),
                ascii("\r\n--java-boundary--\r\n"))));
        }
        HttpResponse<byte[]> response =
            HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() >= 400) {
            System.err.println(response.statusCode() + "\n" + new String(response.body(), StandardCharsets.UTF_8));
            System.exit(1);
        }
        System.out.write(response.body());
        System.out.flush();
        System.exit(0); // The client's own threads would linger.
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
