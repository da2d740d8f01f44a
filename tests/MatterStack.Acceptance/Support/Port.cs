using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MatterStack.Acceptance.Support;

/// <summary>Ports of this machine for daemons of tests.</summary>
internal static class Port
{
    /// <summary>One that nobody listens on.</summary>
    public static int FindFree()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The same for the command line of a daemon.</summary>
    public static string FindFreeText() => FindFree().ToString(CultureInfo.InvariantCulture);
}
