import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;

/** Posts one small JSON after the other over kept-alive connections, as an old batch job does, and prints what it saw. */
public class KeepAlivePosts {
  public static void main(String[] args) throws Exception {
    String base = args[0];
    int threads = Integer.parseInt(args[1]);
    int posts = Integer.parseInt(args[2]);
    Thread[] workers = new Thread[threads];
    for (int worker = 0; worker < threads; worker++) {
      int name = worker;
      workers[worker] = new Thread(() -> {
        for (int i = 0; i < posts; i++) post(base, name + "-" + i);
      });
      workers[worker].start();
    }
    for (Thread worker : workers) worker.join();
  }

  static void post(String base, String id) {
    String seen;
    try {
      HttpURLConnection connection = (HttpURLConnection) URI.create(base + "/core/v1/cities?id=" + id).toURL().openConnection();
      connection.setRequestMethod("POST");
      connection.setDoOutput(true);
      connection.setRequestProperty("Content-Type", "application/json");
      connection.setRequestProperty("X-Ledger-Id", id);
      connection.getOutputStream().write(("{\"name\":\"" + id + "\"}").getBytes("UTF-8"));
      int status = connection.getResponseCode();
      InputStream body = status < 400 ? connection.getInputStream() : connection.getErrorStream();
      String text = body == null ? "" : new String(body.readAllBytes(), "UTF-8");
      String reached = text.contains("\"reached\":\"no\"") ? "no" : text.contains("\"reached\":\"maybe\"") ? "maybe" : "-";
      seen = status + " " + reached;
    } catch (Exception error) {
      seen = "failed " + error.getClass().getSimpleName();
    }
    synchronized (KeepAlivePosts.class) {
      System.out.println(id + " " + seen);
    }
  }
}
