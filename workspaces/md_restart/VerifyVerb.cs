using Common;

namespace MdRestart;

/// <summary><c>verify</c>: whether a checkpoint is whole.</summary>
internal static class VerifyVerb
{
    public static int Run(Arguments arguments)
    {
        var path = arguments.Text("--checkpoint");
        Console.WriteLine($"{path} is whole: step {Checkpoint.Read(path).Step}");
        return 0;
    }
}
