using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MatterStack.Engine.Transports.Shell;

/// <summary>Marks around an answer. They separate it from login and logout texts, and show that it is complete.</summary>
internal sealed class OutputMarkers
{
    private readonly string _nonce = RandomNumberGenerator.GetHexString(24, lowercase: true);

    /// <summary>Line before the answer.</summary>
    public byte[] BeginMark => Encoding.ASCII.GetBytes($"\n<<{_nonce}\n");

    /// <summary>Mark before the exit code, on a new line after the answer.</summary>
    public byte[] EndMark => Encoding.ASCII.GetBytes($"\n>>{_nonce} ");

    /// <summary>Returns the script between marks. It runs in a subshell, so that the end mark is always written.</summary>
    /// <param name="script">The script.</param>
    /// <param name="readsInput">Whether it reads standard input; otherwise its input is empty.</param>
    /// <remarks>
    /// The braces make a shell that reads the script from standard input read all of it before it runs any.
    /// The umask keeps the user's restrictions for others, but gives the user access, so that a new folder can be written.
    /// </remarks>
    public string WrapScript(string script, bool readsInput) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{{ printf '\\n<<%s\\n' {_nonce}; printf '\\n<<%s\\n' {_nonce} >&2\n(\numask u+rwx\n{script}\n"
                + $"){(readsInput ? "" : " </dev/null")}\nprintf '\\n>>%s %d\\n' {_nonce} $?; printf '\\n>>%s 0\\n' {_nonce} >&2; "
                + $"exit 0; }}\n"
        );
}
