using System;
using System.IO;
using System.Net;
using System.Text;

/// <summary>.NET as written since 1.0: BASE get|post|upload PATH FILE</summary>
public static class HttpWebRequestProgram
{
    public static void Main(string[] args)
    {
        int status = Run(args);
        Environment.Exit(status); // To return from Main waits for Mono's thread pool, now and then for a minute.
    }

    private static int Run(string[] args)
    {
        string scenario = args[1], file = args[3];
        HttpWebRequest request = (HttpWebRequest)WebRequest.Create(args[0] + args[2]);
        request.Timeout = 20000;
        try
        {
            if (scenario == "post")
            {
                request.ContentType = "application/json";
                Send(request, File.ReadAllBytes(file));
            }
            if (scenario == "upload")
            {
                string boundary = "---------------------------" + DateTime.Now.Ticks.ToString("x");
                request.ContentType = "multipart/form-data; boundary=" + boundary;
                MemoryStream body = new MemoryStream();
                Write(body, "--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"logo.png\"\r\n");
                Write(body, "Content-Type: image/png\r\n\r\n");
                byte[] content = File.ReadAllBytes(file);
                body.Write(content, 0, content.Length);
                Write(body, "\r\n--" + boundary + "--\r\n");
                Send(request, body.ToArray());
            }
            using (WebResponse response = request.GetResponse())
            using (Stream stream = response.GetResponseStream())
            {
                MemoryStream answer = new MemoryStream();
                stream.CopyTo(answer);
                answer.WriteTo(Console.OpenStandardOutput());
            }
            return 0;
        }
        catch (WebException error)
        {
            Console.Error.WriteLine(error.Message);
            if (error.Response != null)
            {
                Console.Error.WriteLine(new StreamReader(error.Response.GetResponseStream()).ReadToEnd());
            }
            return 1;
        }
    }

    private static void Send(HttpWebRequest request, byte[] body)
    {
        request.Method = "POST";
        request.ContentLength = body.Length;
        using (Stream stream = request.GetRequestStream())
        {
            stream.Write(body, 0, body.Length);
        }
    }

    private static void Write(Stream stream, string text)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        stream.Write(bytes, 0, bytes.Length);
    }
}
