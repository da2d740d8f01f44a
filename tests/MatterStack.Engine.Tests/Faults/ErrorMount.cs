using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>A file system that this process serves itself, over FUSE: a folder with files that can be read, and operations that fail with
/// the errors a server of files has.</summary>
internal sealed partial class ErrorMount : IDisposable
{
    private const int Root = 1;
    private const int NoSuchFile = 2;
    private const int NotImplemented = 38;
    private const int HeadOfRequest = 40;
    private const int HeadOfAnswer = 16;
    private const int Detach = 2;
    private readonly TempFolder _folder = new();
    private readonly string[] _names;
    private readonly byte[] _content;
    private readonly Lock _gate = new();
    private readonly Thread _server;
    private readonly int _device;
    private string? _hidden;
    private (FuseOperation Operation, string? Name, int Error, int Times) _failure;

    private ErrorMount(byte[] content, string[] names)
    {
        (_content, _names) = (content, names);
        const int readAndWrite = 0x80002;
        const ulong plain = 6;
        _device = Open("/dev/fuse", readAndWrite);
        if (
            _device < 0
            || Mount(
                "matterstack",
                _folder.Path,
                "fuse.matterstack",
                plain,
                $"fd={_device},rootmode=40000,user_id=0,group_id=0,allow_other"
            ) != 0
        )
        {
            Assert.Inconclusive("no file system can be mounted here: it takes root and /dev/fuse");
        }

        _server = new Thread(Serve) { IsBackground = true };
        _server.Start();
    }

    public string Folder => _folder.Path;

    /// <summary>Files with these names and one content.</summary>
    public static ErrorMount With(string content, params string[] names) => new(Encoding.UTF8.GetBytes(content), names);

    /// <summary>Has an operation fail, on any file or on one.</summary>
    public void Fail(FuseOperation operation, int error, int times = int.MaxValue, string? name = null)
    {
        lock (_gate)
        {
            _failure = (operation, name, error, times);
        }
    }

    /// <summary>A file is not there for those who look, and the system remembers that for an hour; null: all are there.</summary>
    public void Hide(string? name)
    {
        lock (_gate)
        {
            _hidden = name;
        }
    }

    public void Dispose()
    {
        _ = Unmount(_folder.Path, Detach);
        _server.Join();
        _ = Close(_device);
        _folder.Dispose();
    }

    private void Serve()
    {
        var request = new byte[1 << 18];
        while (true)
        {
            var length = Read(_device, request, request.Length);
            if (length < HeadOfRequest)
            {
                const int noDevice = 19;
                if (length < 0 && Marshal.GetLastPInvokeError() is noDevice)
                {
                    return;
                }

                continue;
            }

            if (Answer(request.AsSpan(0, (int)length)) is { } answer)
            {
                _ = Write(_device, answer, answer.Length);
            }
        }
    }

    private byte[]? Answer(ReadOnlySpan<byte> request)
    {
        const uint forget = 2;
        const uint interrupt = 36;
        const uint forgetMany = 42;
        var code = BinaryPrimitives.ReadUInt32LittleEndian(request[4..]);
        if (code is forget or interrupt or forgetMany)
        {
            return null;
        }

        var (operation, node) = ((FuseOperation)code, (int)BinaryPrimitives.ReadUInt64LittleEndian(request[16..]));
        var body = request[HeadOfRequest..];
        var name =
            operation == FuseOperation.Lookup ? Encoding.UTF8.GetString(body[..^1])
            : node > Root ? _names[node - Root - 1]
            : "";
        var answer = new List<byte>(new byte[HeadOfAnswer]);
        var error = ErrorOf(operation, name);
        if (error == 0)
        {
            error = Fill(answer, operation, node, name, body);
        }

        var bytes = CollectionsMarshal.AsSpan(answer)[..(error == 0 ? answer.Count : HeadOfAnswer)].ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), -error);
        request.Slice(8, 8).CopyTo(bytes.AsSpan(8));
        return bytes;
    }

    private int ErrorOf(FuseOperation operation, string name)
    {
        lock (_gate)
        {
            if (operation != _failure.Operation || _failure.Times == 0 || (_failure.Name is { } only && only != name))
            {
                return 0;
            }

            _failure.Times--;
            return _failure.Error;
        }
    }

    private int Fill(List<byte> answer, FuseOperation operation, int node, string name, ReadOnlySpan<byte> body)
    {
        switch (operation)
        {
            case FuseOperation.Start:
                // Version 7.31. A list of names tells what they lead to.
                Put32(answer, 7, 31, 0, 1 << 13, 0, 1 << 16);
                answer.AddRange(new byte[40]);
                return 0;
            case FuseOperation.Lookup:
                var found = Array.IndexOf(_names, name);
                if (found < 0)
                {
                    return NoSuchFile;
                }

                PutEntry(answer, IsHidden(name) ? 0 : found + Root + 1);
                return 0;
            case FuseOperation.Attributes:
                Put64(answer, 0, 0);
                PutAttributes(answer, node);
                return 0;
            case FuseOperation.Open or FuseOperation.OpenFolder:
                // Read from here each time, and not from what the system remembers.
                Put64(answer, 0);
                Put32(answer, 1, 0);
                return 0;
            case FuseOperation.Read:
                var from = (int)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(body[8..]), (ulong)_content.Length);
                answer.AddRange(_content[from..]);
                return 0;
            case FuseOperation.ReadFolder:
                for (var i = (int)BinaryPrimitives.ReadUInt64LittleEndian(body[8..]); i < _names.Length; i++)
                {
                    const uint file = 8;
                    if (IsHidden(_names[i]))
                    {
                        continue;
                    }

                    PutEntry(answer, i + Root + 1);
                    Put64(answer, (ulong)(i + Root + 1), (ulong)(i + 1));
                    Put32(answer, (uint)_names[i].Length, file);
                    answer.AddRange(Encoding.UTF8.GetBytes(_names[i].PadRight((_names[i].Length + 7) / 8 * 8, '\0')));
                }

                return 0;
            case FuseOperation.Statistics:
                answer.AddRange(new byte[80]);
                return 0;
            case FuseOperation.Release:
                return 0;
            default:
                return NotImplemented;
        }
    }

    private bool IsHidden(string name)
    {
        lock (_gate)
        {
            return name == _hidden;
        }
    }

    private void PutEntry(List<byte> answer, int node)
    {
        const ulong anHour = 3600;
        Put64(answer, (ulong)node, 0, node == 0 ? anHour : 0, 0);
        Put32(answer, 0, 0);
        PutAttributes(answer, node);
    }

    private void PutAttributes(List<byte> answer, int node)
    {
        const uint folder = 0x41ed;
        const uint file = 0x81a4;
        Put64(answer, (ulong)node, node == Root ? 0 : (ulong)_content.Length, 0, 0, 0, 0);
        Put32(answer, 0, 0, 0, node == Root ? folder : file, 1, 0, 0, 0, 4096, 0);
    }

    private static void Put64(List<byte> answer, params ulong[] values) => answer.AddRange(values.SelectMany(BitConverter.GetBytes));

    private static void Put32(List<byte> answer, params uint[] values) => answer.AddRange(values.SelectMany(BitConverter.GetBytes));

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int descriptor, [Out] byte[] buffer, nint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int descriptor, byte[] buffer, nint length);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string source, string target, string type, ulong flags, string options);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unmount(string target, int flags);
}

/// <summary>What can be made to fail.</summary>
public enum FuseOperation
{
    Lookup = 1,
    Attributes = 3,
    Open = 14,
    Read = 15,
    Statistics = 17,
    Release = 18,
    Start = 26,
    OpenFolder = 27,
    ReadFolder = 44,
}
