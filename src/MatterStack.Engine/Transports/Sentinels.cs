using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MatterStack.Engine.Transports;

/// <summary>Marks around an answer by which it is told from messages of the day, log-out texts and the like, and a whole one from a part.</summary>
internal sealed class Sentinels
{
    private readonly string _nonce = RandomNumberGenerator.GetHexString(24, lowercase: true);

    /// <summary>Line after which the answer begins.</summary>
    public byte[] Begin => Encoding.ASCII.GetBytes($"\n<<{_nonce}\n");

    /// <summary>Mark after which the exit code stands, on a line that the answer's end does not share.</summary>
    public byte[] End => Encoding.ASCII.GetBytes($"\n>>{_nonce} ");

    /// <summary>The script between marks, in a shell of its own, so that whatever it does its end is marked.</summary>
    /// <param name="script">What is to run.</param>
    /// <param name="readsInput">Whether it reads what is sent to it; otherwise there is nothing to read.</param>
    /// <remarks>
    /// In braces, since a shell that takes its text from its input must have read all of it before it runs any.
    /// What a user's mask takes from others stays taken; without what it takes from the user, nothing could be put into a folder that was just made.
    /// </remarks>
    public string Wrap(string script, bool readsInput) => string.Create(CultureInfo.InvariantCulture,
        $"{{ printf '\\n<<%s\\n' {_nonce}; printf '\\n<<%s\\n' {_nonce} >&2\n(\numask u+rwx\n{script}\n){(readsInput ? "" : " </dev/null")}\nprintf '\\n>>%s %d\\n' {_nonce} $?; printf '\\n>>%s 0\\n' {_nonce} >&2; exit 0; }}\n");
}
