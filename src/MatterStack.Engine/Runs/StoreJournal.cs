using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace MatterStack.Engine.Runs;

/// <summary>SQLite's rollback journal beside a store: what pages were before the last transaction. After a crash, the next process undoes that transaction with it.</summary>
/// <remarks>A file system that machines share may go on showing the journal of an earlier transaction. To undo that one would undo parts of later ones, so a journal counts only beside the state that it belongs to.
/// Format: <see href="https://www.sqlite.org/fileformat.html#the_rollback_journal"/>; numbers are big-endian.</remarks>
internal static class StoreJournal
{
    private const int HeaderSize = 28;
    private const int MostRecords = 1 << 20;
    // Where the first page of a store has the count of its transactions.
    private const int CounterAt = 24;
    private static ReadOnlySpan<byte> Mark => [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];

    /// <summary>Whether a journal is marked as one that has nothing to undo.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static bool IsEmpty(SafeFileHandle journal)
    {
        Span<byte> mark = stackalloc byte[Mark.Length];
        return RandomAccess.Read(journal, mark, 0) < mark.Length || !mark.SequenceEqual(Mark);
    }

    /// <summary>Whether a journal has nothing to undo, or belongs to the state that a store is in: the first page, which every transaction changes, tells.</summary>
    /// <param name="journal">The journal, open.</param>
    /// <param name="store">The store, open.</param>
    /// <exception cref="IOException">One of them cannot be read.</exception>
    public static bool BelongsTo(SafeFileHandle journal, SafeFileHandle store)
    {
        if (ReadCounter(store, CounterAt) is not { } now || ReadCounterBefore(journal) is not { } before)
        {
            return true;
        }

        // The transaction may have died before it wrote that page, or after.
        return now == before || now == unchecked(before + 1);
    }

    // Null where the journal is marked as empty, or does not have the first page (yet).
    private static uint? ReadCounterBefore(SafeFileHandle journal)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        Span<byte> number = stackalloc byte[sizeof(uint)];
        var length = RandomAccess.GetLength(journal);
        for (long at = 0, read = 0; RandomAccess.Read(journal, header, at) == HeaderSize && header[..Mark.Length].SequenceEqual(Mark);)
        {
            var records = BinaryPrimitives.ReadUInt32BigEndian(header[8..]);
            var (sector, page) = (BinaryPrimitives.ReadUInt32BigEndian(header[20..]), BinaryPrimitives.ReadUInt32BigEndian(header[24..]));
            if (sector is < HeaderSize or > 1 << 16 || page is < 512 or > 1 << 16)
            {
                return null;
            }

            at += sector;
            for (uint record = 0; record < records && at < length; record++, at += page + (2 * sizeof(uint)))
            {
                if (++read > MostRecords || RandomAccess.Read(journal, number, at) < number.Length)
                {
                    return null;
                }

                if (BinaryPrimitives.ReadUInt32BigEndian(number) == 1)
                {
                    return ReadCounter(journal, at + sizeof(uint) + CounterAt);
                }
            }

            // What follows begins at a sector.
            at = (at + sector - 1) / sector * sector;
        }

        return null;
    }

    private static uint? ReadCounter(SafeFileHandle file, long at)
    {
        Span<byte> counter = stackalloc byte[sizeof(uint)];
        return RandomAccess.Read(file, counter, at) == counter.Length ? BinaryPrimitives.ReadUInt32BigEndian(counter) : null;
    }
}
