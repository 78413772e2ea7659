import java.io.*;
import java.net.*;
import java.nio.file.*;

/** Java as written since 1.1: BASE get|post|upload PATH FILE */
public class UrlConnectionProgram {
    public static void main(String[] args) throws Exception {
        String base = args[0], scenario = args[1], path = args[2], file = args[3];
        HttpURLConnection connection = (HttpURLConnection) new URL(base + path).openConnection();
        connection.setReadTimeout(20000);
        if (scenario.equals("post")) {
            connection.setRequestMethod("POST");
            connection.setDoOutput(true);
            connection.setRequestProperty("Content-Type", "application/json");
            OutputStream out = connection.getOutputStream();
            out.write(Files.readAllBytes(Paths.get(file)));
            out.close();
        }
        if (scenario.equals("upload")) {
            String boundary = "java" + System.currentTimeMillis();
            connection.setRequestMethod("POST");
            connection.setDoOutput(true);
            connection.setChunkedStreamingMode(0); // Otherwise the whole file is held in memory.
            connection.setRequestProperty("Content-Type", "multipart/form-data; boundary=" + boundary);
            DataOutputStream out = new DataOutputStream(connection.getOutputStream());
            out.writeBytes("--" + boundary + "\r\n");
            out.writeBytes("Content-Disposition: form-data; name=\"file\"; filename=\"logo.png\"\r\n");
            out.writeBytes("Content-Type: image/png\r\n\r\n");
            Files.copy(Paths.get(file), out);
            out.writeBytes("\r\n--" + boundary + "--\r\n");
            out.close();
        }
        int status = connection.getResponseCode();
        InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream();
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        for (int n; (n = in.read(buffer)) > 0; ) answer.write(buffer, 0, n);
        if (status >= 400) {
            System.err.println(status + " " + connection.getResponseMessage() + "\n" + answer.toString("UTF-8"));
            System.exit(1);
        }
        answer.writeTo(System.out);
        System.out.flush();
    }
}
