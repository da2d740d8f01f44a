using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MatterStack.Acceptance.Support;

/// <summary>Ports of this machine for daemons of tests.</summary>
internal static class Port
{
    // Below what systems give to outgoing connections, which may have any of theirs at the moment at which the daemon wants it.
    private const int First = 20_000;
    private const int Count = 6_000;

    // Held as long as this process lives: test processes that run beside it take others.
    private static readonly List<FileStream> Claims = [];
    private static int _next = Environment.ProcessId * 97 % Count;

    static Port() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Release(Claims);

    /// <summary>The first of some ports in a row that nobody listens on; no test of this machine gets one of them before this process has
    /// ended.</summary>
    public static int FindFree(int inARow = 1)
    {
        lock (Claims)
        {
            for (var tried = 0; tried < Count; tried++)
            {
                var first = _next;
                _next = (_next + inARow) % Count;
                if (first + inARow <= Count && TryClaim(First + first, inARow))
                {
                    return First + first;
                }
            }
        }

        throw new InvalidOperationException("This machine has no free ports.");
    }

    /// <summary>The same for the command line of a daemon.</summary>
    public static string FindFreeText(int inARow = 1) => FindFree(inARow).ToString(CultureInfo.InvariantCulture);

    private static bool TryClaim(int first, int inARow)
    {
        var claims = new List<FileStream>();
        try
        {
            foreach (var port in Enumerable.Range(first, inARow))
            {
                claims.Add(
                    new FileStream(
                        Path.Combine(Path.GetTempPath(), $"matterstack-port-{port}"),
                        FileMode.OpenOrCreate,
                        FileAccess.ReadWrite,
                        FileShare.None
                    )
                );
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException)
        {
            Release(claims);
            return false;
        }

        Claims.AddRange(claims);
        return true;
    }

    private static void Release(List<FileStream> claims)
    {
        foreach (var claim in claims)
        {
            File.Delete(claim.Name);
            claim.Dispose();
        }
    }
}
