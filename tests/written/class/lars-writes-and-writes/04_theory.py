"""A theory of everything."""

ANSWERS = {
    "gates_in_your_own_words": """
The update gate keeps as much of the old state as it likes, and the rest is taken from the new candidate.
Chapter 0: on the nature of memory number 3, and what my uncle number 9 had to say of it.
Chapter 1: on the nature of memory number 4, and what my uncle number 10 had to say of it.
Chapter 2: on the nature of memory number 5, and what my uncle number 11 had to say of it.
Chapter 3: on the nature of memory number 6, and what my uncle number 12 had to say of it.
Chapter 4: on the nature of memory number 7, and what my uncle number 13 had to say of it.
Chapter 5: on the nature of memory number 8, and what my uncle number 14 had to say of it.
Chapter 6: on the nature of memory number 9, and what my uncle number 15 had to say of it.
Chapter 7: on the nature of memory number 10, and what my uncle number 16 had to say of it.
Chapter 8: on the nature of memory number 11, and what my uncle number 17 had to say of it.
Chapter 9: on the nature of memory number 12, and what my uncle number 18 had to say of it.
Chapter 10: on the nature of memory number 13, and what my uncle number 19 had to say of it.
Chapter 11: on the nature of memory number 14, and what my uncle number 20 had to say of it.
Chapter 12: on the nature of memory number 15, and what my uncle number 21 had to say of it.
Chapter 13: on the nature of memory number 16, and what my uncle number 22 had to say of it.
Chapter 14: on the nature of memory number 17, and what my uncle number 23 had to say of it.
Chapter 15: on the nature of memory number 18, and what my uncle number 24 had to say of it.
Chapter 16: on the nature of memory number 19, and what my uncle number 25 had to say of it.
Chapter 17: on the nature of memory number 20, and what my uncle number 26 had to say of it.
Chapter 18: on the nature of memory number 21, and what my uncle number 27 had to say of it.
Chapter 19: on the nature of memory number 22, and what my uncle number 28 had to say of it.
Chapter 20: on the nature of memory number 23, and what my uncle number 29 had to say of it.
Chapter 21: on the nature of memory number 24, and what my uncle number 30 had to say of it.
Chapter 22: on the nature of memory number 25, and what my uncle number 31 had to say of it.
Chapter 23: on the nature of memory number 26, and what my uncle number 32 had to say of it.
Chapter 24: on the nature of memory number 27, and what my uncle number 33 had to say of it.
Chapter 25: on the nature of memory number 28, and what my uncle number 34 had to say of it.
Chapter 26: on the nature of memory number 29, and what my uncle number 35 had to say of it.
Chapter 27: on the nature of memory number 30, and what my uncle number 36 had to say of it.
Chapter 28: on the nature of memory number 31, and what my uncle number 37 had to say of it.
Chapter 29: on the nature of memory number 32, and what my uncle number 38 had to say of it.
Chapter 30: on the nature of memory number 33, and what my uncle number 39 had to say of it.
Chapter 31: on the nature of memory number 34, and what my uncle number 40 had to say of it.
Chapter 32: on the nature of memory number 35, and what my uncle number 41 had to say of it.
Chapter 33: on the nature of memory number 36, and what my uncle number 42 had to say of it.
Chapter 34: on the nature of memory number 37, and what my uncle number 43 had to say of it.
Chapter 35: on the nature of memory number 38, and what my uncle number 44 had to say of it.
Chapter 36: on the nature of memory number 39, and what my uncle number 45 had to say of it.
Chapter 37: on the nature of memory number 40, and what my uncle number 46 had to say of it.
Chapter 38: on the nature of memory number 41, and what my uncle number 47 had to say of it.
Chapter 39: on the nature of memory number 42, and what my uncle number 48 had to say of it.
Chapter 40: on the nature of memory number 43, and what my uncle number 49 had to say of it.
Chapter 41: on the nature of memory number 44, and what my uncle number 50 had to say of it.
Chapter 42: on the nature of memory number 45, and what my uncle number 51 had to say of it.
Chapter 43: on the nature of memory number 46, and what my uncle number 52 had to say of it.
Chapter 44: on the nature of memory number 47, and what my uncle number 53 had to say of it.
Chapter 45: on the nature of memory number 48, and what my uncle number 54 had to say of it.
Chapter 46: on the nature of memory number 49, and what my uncle number 55 had to say of it.
Chapter 47: on the nature of memory number 50, and what my uncle number 56 had to say of it.
Chapter 48: on the nature of memory number 51, and what my uncle number 57 had to say of it.
Chapter 49: on the nature of memory number 52, and what my uncle number 58 had to say of it.
Chapter 50: on the nature of memory number 53, and what my uncle number 59 had to say of it.
Chapter 51: on the nature of memory number 54, and what my uncle number 60 had to say of it.
Chapter 52: on the nature of memory number 55, and what my uncle number 61 had to say of it.
Chapter 53: on the nature of memory number 56, and what my uncle number 62 had to say of it.
Chapter 54: on the nature of memory number 57, and what my uncle number 63 had to say of it.
Chapter 55: on the nature of memory number 58, and what my uncle number 64 had to say of it.
Chapter 56: on the nature of memory number 59, and what my uncle number 65 had to say of it.
Chapter 57: on the nature of memory number 60, and what my uncle number 66 had to say of it.
Chapter 58: on the nature of memory number 61, and what my uncle number 67 had to say of it.
Chapter 59: on the nature of memory number 62, and what my uncle number 68 had to say of it.
Chapter 60: on the nature of memory number 63, and what my uncle number 69 had to say of it.
Chapter 61: on the nature of memory number 64, and what my uncle number 70 had to say of it.
Chapter 62: on the nature of memory number 65, and what my uncle number 71 had to say of it.
Chapter 63: on the nature of memory number 66, and what my uncle number 72 had to say of it.
Chapter 64: on the nature of memory number 67, and what my uncle number 73 had to say of it.
Chapter 65: on the nature of memory number 68, and what my uncle number 74 had to say of it.
Chapter 66: on the nature of memory number 69, and what my uncle number 75 had to say of it.
Chapter 67: on the nature of memory number 70, and what my uncle number 76 had to say of it.
Chapter 68: on the nature of memory number 71, and what my uncle number 77 had to say of it.
Chapter 69: on the nature of memory number 72, and what my uncle number 78 had to say of it.
Chapter 70: on the nature of memory number 73, and what my uncle number 79 had to say of it.
Chapter 71: on the nature of memory number 74, and what my uncle number 80 had to say of it.
Chapter 72: on the nature of memory number 75, and what my uncle number 81 had to say of it.
Chapter 73: on the nature of memory number 76, and what my uncle number 82 had to say of it.
Chapter 74: on the nature of memory number 77, and what my uncle number 83 had to say of it.
Chapter 75: on the nature of memory number 78, and what my uncle number 84 had to say of it.
Chapter 76: on the nature of memory number 79, and what my uncle number 85 had to say of it.
Chapter 77: on the nature of memory number 80, and what my uncle number 86 had to say of it.
Chapter 78: on the nature of memory number 81, and what my uncle number 87 had to say of it.
Chapter 79: on the nature of memory number 82, and what my uncle number 88 had to say of it.
Chapter 80: on the nature of memory number 83, and what my uncle number 89 had to say of it.
Chapter 81: on the nature of memory number 84, and what my uncle number 90 had to say of it.
Chapter 82: on the nature of memory number 85, and what my uncle number 91 had to say of it.
Chapter 83: on the nature of memory number 86, and what my uncle number 92 had to say of it.
Chapter 84: on the nature of memory number 87, and what my uncle number 93 had to say of it.
Chapter 85: on the nature of memory number 88, and what my uncle number 94 had to say of it.
Chapter 86: on the nature of memory number 89, and what my uncle number 95 had to say of it.
Chapter 87: on the nature of memory number 90, and what my uncle number 96 had to say of it.
Chapter 88: on the nature of memory number 91, and what my uncle number 97 had to say of it.
Chapter 89: on the nature of memory number 92, and what my uncle number 98 had to say of it.
Chapter 90: on the nature of memory number 93, and what my uncle number 99 had to say of it.
Chapter 91: on the nature of memory number 94, and what my uncle number 100 had to say of it.
Chapter 92: on the nature of memory number 95, and what my uncle number 101 had to say of it.
Chapter 93: on the nature of memory number 96, and what my uncle number 102 had to say of it.
Chapter 94: on the nature of memory number 97, and what my uncle number 103 had to say of it.
Chapter 95: on the nature of memory number 98, and what my uncle number 104 had to say of it.
Chapter 96: on the nature of memory number 99, and what my uncle number 105 had to say of it.
Chapter 97: on the nature of memory number 100, and what my uncle number 106 had to say of it.
Chapter 98: on the nature of memory number 101, and what my uncle number 107 had to say of it.
Chapter 99: on the nature of memory number 102, and what my uncle number 108 had to say of it.
Chapter 100: on the nature of memory number 103, and what my uncle number 109 had to say of it.
Chapter 101: on the nature of memory number 104, and what my uncle number 110 had to say of it.
Chapter 102: on the nature of memory number 105, and what my uncle number 111 had to say of it.
Chapter 103: on the nature of memory number 106, and what my uncle number 112 had to say of it.
Chapter 104: on the nature of memory number 107, and what my uncle number 113 had to say of it.
Chapter 105: on the nature of memory number 108, and what my uncle number 114 had to say of it.
Chapter 106: on the nature of memory number 109, and what my uncle number 115 had to say of it.
Chapter 107: on the nature of memory number 110, and what my uncle number 116 had to say of it.
Chapter 108: on the nature of memory number 111, and what my uncle number 117 had to say of it.
Chapter 109: on the nature of memory number 112, and what my uncle number 118 had to say of it.
Chapter 110: on the nature of memory number 113, and what my uncle number 119 had to say of it.
Chapter 111: on the nature of memory number 114, and what my uncle number 120 had to say of it.
Chapter 112: on the nature of memory number 115, and what my uncle number 121 had to say of it.
Chapter 113: on the nature of memory number 116, and what my uncle number 122 had to say of it.
Chapter 114: on the nature of memory number 117, and what my uncle number 123 had to say of it.
Chapter 115: on the nature of memory number 118, and what my uncle number 124 had to say of it.
Chapter 116: on the nature of memory number 119, and what my uncle number 125 had to say of it.
Chapter 117: on the nature of memory number 120, and what my uncle number 126 had to say of it.
Chapter 118: on the nature of memory number 121, and what my uncle number 127 had to say of it.
Chapter 119: on the nature of memory number 122, and what my uncle number 128 had to say of it.
Chapter 120: on the nature of memory number 123, and what my uncle number 129 had to say of it.
Chapter 121: on the nature of memory number 124, and what my uncle number 130 had to say of it.
Chapter 122: on the nature of memory number 125, and what my uncle number 131 had to say of it.
Chapter 123: on the nature of memory number 126, and what my uncle number 132 had to say of it.
Chapter 124: on the nature of memory number 127, and what my uncle number 133 had to say of it.
Chapter 125: on the nature of memory number 128, and what my uncle number 134 had to say of it.
Chapter 126: on the nature of memory number 129, and what my uncle number 135 had to say of it.
Chapter 127: on the nature of memory number 130, and what my uncle number 136 had to say of it.
Chapter 128: on the nature of memory number 131, and what my uncle number 137 had to say of it.
Chapter 129: on the nature of memory number 132, and what my uncle number 138 had to say of it.
Chapter 130: on the nature of memory number 133, and what my uncle number 139 had to say of it.
Chapter 131: on the nature of memory number 134, and what my uncle number 140 had to say of it.
Chapter 132: on the nature of memory number 135, and what my uncle number 141 had to say of it.
Chapter 133: on the nature of memory number 136, and what my uncle number 142 had to say of it.
Chapter 134: on the nature of memory number 137, and what my uncle number 143 had to say of it.
Chapter 135: on the nature of memory number 138, and what my uncle number 144 had to say of it.
Chapter 136: on the nature of memory number 139, and what my uncle number 145 had to say of it.
Chapter 137: on the nature of memory number 140, and what my uncle number 146 had to say of it.
Chapter 138: on the nature of memory number 141, and what my uncle number 147 had to say of it.
Chapter 139: on the nature of memory number 142, and what my uncle number 148 had to say of it.
Chapter 140: on the nature of memory number 143, and what my uncle number 149 had to say of it.
Chapter 141: on the nature of memory number 144, and what my uncle number 150 had to say of it.
Chapter 142: on the nature of memory number 145, and what my uncle number 151 had to say of it.
Chapter 143: on the nature of memory number 146, and what my uncle number 152 had to say of it.
Chapter 144: on the nature of memory number 147, and what my uncle number 153 had to say of it.
Chapter 145: on the nature of memory number 148, and what my uncle number 154 had to say of it.
Chapter 146: on the nature of memory number 149, and what my uncle number 155 had to say of it.
Chapter 147: on the nature of memory number 150, and what my uncle number 156 had to say of it.
Chapter 148: on the nature of memory number 151, and what my uncle number 157 had to say of it.
Chapter 149: on the nature of memory number 152, and what my uncle number 158 had to say of it.
Chapter 150: on the nature of memory number 153, and what my uncle number 159 had to say of it.
Chapter 151: on the nature of memory number 154, and what my uncle number 160 had to say of it.
Chapter 152: on the nature of memory number 155, and what my uncle number 161 had to say of it.
Chapter 153: on the nature of memory number 156, and what my uncle number 162 had to say of it.
Chapter 154: on the nature of memory number 157, and what my uncle number 163 had to say of it.
Chapter 155: on the nature of memory number 158, and what my uncle number 164 had to say of it.
Chapter 156: on the nature of memory number 159, and what my uncle number 165 had to say of it.
Chapter 157: on the nature of memory number 160, and what my uncle number 166 had to say of it.
Chapter 158: on the nature of memory number 161, and what my uncle number 167 had to say of it.
Chapter 159: on the nature of memory number 162, and what my uncle number 168 had to say of it.
Chapter 160: on the nature of memory number 163, and what my uncle number 169 had to say of it.
Chapter 161: on the nature of memory number 164, and what my uncle number 170 had to say of it.
Chapter 162: on the nature of memory number 165, and what my uncle number 171 had to say of it.
Chapter 163: on the nature of memory number 166, and what my uncle number 172 had to say of it.
Chapter 164: on the nature of memory number 167, and what my uncle number 173 had to say of it.
Chapter 165: on the nature of memory number 168, and what my uncle number 174 had to say of it.
Chapter 166: on the nature of memory number 169, and what my uncle number 175 had to say of it.
Chapter 167: on the nature of memory number 170, and what my uncle number 176 had to say of it.
Chapter 168: on the nature of memory number 171, and what my uncle number 177 had to say of it.
Chapter 169: on the nature of memory number 172, and what my uncle number 178 had to say of it.
Chapter 170: on the nature of memory number 173, and what my uncle number 179 had to say of it.
Chapter 171: on the nature of memory number 174, and what my uncle number 180 had to say of it.
Chapter 172: on the nature of memory number 175, and what my uncle number 181 had to say of it.
Chapter 173: on the nature of memory number 176, and what my uncle number 182 had to say of it.
Chapter 174: on the nature of memory number 177, and what my uncle number 183 had to say of it.
Chapter 175: on the nature of memory number 178, and what my uncle number 184 had to say of it.
Chapter 176: on the nature of memory number 179, and what my uncle number 185 had to say of it.
Chapter 177: on the nature of memory number 180, and what my uncle number 186 had to say of it.
Chapter 178: on the nature of memory number 181, and what my uncle number 187 had to say of it.
Chapter 179: on the nature of memory number 182, and what my uncle number 188 had to say of it.
Chapter 180: on the nature of memory number 183, and what my uncle number 189 had to say of it.
Chapter 181: on the nature of memory number 184, and what my uncle number 190 had to say of it.
Chapter 182: on the nature of memory number 185, and what my uncle number 191 had to say of it.
Chapter 183: on the nature of memory number 186, and what my uncle number 192 had to say of it.
Chapter 184: on the nature of memory number 187, and what my uncle number 193 had to say of it.
Chapter 185: on the nature of memory number 188, and what my uncle number 194 had to say of it.
Chapter 186: on the nature of memory number 189, and what my uncle number 195 had to say of it.
Chapter 187: on the nature of memory number 190, and what my uncle number 196 had to say of it.
Chapter 188: on the nature of memory number 191, and what my uncle number 197 had to say of it.
Chapter 189: on the nature of memory number 192, and what my uncle number 198 had to say of it.
Chapter 190: on the nature of memory number 193, and what my uncle number 199 had to say of it.
Chapter 191: on the nature of memory number 194, and what my uncle number 200 had to say of it.
Chapter 192: on the nature of memory number 195, and what my uncle number 201 had to say of it.
Chapter 193: on the nature of memory number 196, and what my uncle number 202 had to say of it.
Chapter 194: on the nature of memory number 197, and what my uncle number 203 had to say of it.
Chapter 195: on the nature of memory number 198, and what my uncle number 204 had to say of it.
Chapter 196: on the nature of memory number 199, and what my uncle number 205 had to say of it.
Chapter 197: on the nature of memory number 200, and what my uncle number 206 had to say of it.
Chapter 198: on the nature of memory number 201, and what my uncle number 207 had to say of it.
Chapter 199: on the nature of memory number 202, and what my uncle number 208 had to say of it.
Chapter 200: on the nature of memory number 203, and what my uncle number 209 had to say of it.
Chapter 201: on the nature of memory number 204, and what my uncle number 210 had to say of it.
Chapter 202: on the nature of memory number 205, and what my uncle number 211 had to say of it.
Chapter 203: on the nature of memory number 206, and what my uncle number 212 had to say of it.
Chapter 204: on the nature of memory number 207, and what my uncle number 213 had to say of it.
Chapter 205: on the nature of memory number 208, and what my uncle number 214 had to say of it.
Chapter 206: on the nature of memory number 209, and what my uncle number 215 had to say of it.
Chapter 207: on the nature of memory number 210, and what my uncle number 216 had to say of it.
Chapter 208: on the nature of memory number 211, and what my uncle number 217 had to say of it.
Chapter 209: on the nature of memory number 212, and what my uncle number 218 had to say of it.
Chapter 210: on the nature of memory number 213, and what my uncle number 219 had to say of it.
Chapter 211: on the nature of memory number 214, and what my uncle number 220 had to say of it.
Chapter 212: on the nature of memory number 215, and what my uncle number 221 had to say of it.
Chapter 213: on the nature of memory number 216, and what my uncle number 222 had to say of it.
Chapter 214: on the nature of memory number 217, and what my uncle number 223 had to say of it.
Chapter 215: on the nature of memory number 218, and what my uncle number 224 had to say of it.
Chapter 216: on the nature of memory number 219, and what my uncle number 225 had to say of it.
Chapter 217: on the nature of memory number 220, and what my uncle number 226 had to say of it.
Chapter 218: on the nature of memory number 221, and what my uncle number 227 had to say of it.
Chapter 219: on the nature of memory number 222, and what my uncle number 228 had to say of it.
Chapter 220: on the nature of memory number 223, and what my uncle number 229 had to say of it.
Chapter 221: on the nature of memory number 224, and what my uncle number 230 had to say of it.
Chapter 222: on the nature of memory number 225, and what my uncle number 231 had to say of it.
Chapter 223: on the nature of memory number 226, and what my uncle number 232 had to say of it.
Chapter 224: on the nature of memory number 227, and what my uncle number 233 had to say of it.
Chapter 225: on the nature of memory number 228, and what my uncle number 234 had to say of it.
Chapter 226: on the nature of memory number 229, and what my uncle number 235 had to say of it.
Chapter 227: on the nature of memory number 230, and what my uncle number 236 had to say of it.
Chapter 228: on the nature of memory number 231, and what my uncle number 237 had to say of it.
Chapter 229: on the nature of memory number 232, and what my uncle number 238 had to say of it.
Chapter 230: on the nature of memory number 233, and what my uncle number 239 had to say of it.
Chapter 231: on the nature of memory number 234, and what my uncle number 240 had to say of it.
Chapter 232: on the nature of memory number 235, and what my uncle number 241 had to say of it.
Chapter 233: on the nature of memory number 236, and what my uncle number 242 had to say of it.
Chapter 234: on the nature of memory number 237, and what my uncle number 243 had to say of it.
Chapter 235: on the nature of memory number 238, and what my uncle number 244 had to say of it.
Chapter 236: on the nature of memory number 239, and what my uncle number 245 had to say of it.
Chapter 237: on the nature of memory number 240, and what my uncle number 246 had to say of it.
Chapter 238: on the nature of memory number 241, and what my uncle number 247 had to say of it.
Chapter 239: on the nature of memory number 242, and what my uncle number 248 had to say of it.
Chapter 240: on the nature of memory number 243, and what my uncle number 249 had to say of it.
Chapter 241: on the nature of memory number 244, and what my uncle number 250 had to say of it.
Chapter 242: on the nature of memory number 245, and what my uncle number 251 had to say of it.
Chapter 243: on the nature of memory number 246, and what my uncle number 252 had to say of it.
Chapter 244: on the nature of memory number 247, and what my uncle number 253 had to say of it.
Chapter 245: on the nature of memory number 248, and what my uncle number 254 had to say of it.
Chapter 246: on the nature of memory number 249, and what my uncle number 255 had to say of it.
Chapter 247: on the nature of memory number 250, and what my uncle number 256 had to say of it.
Chapter 248: on the nature of memory number 251, and what my uncle number 257 had to say of it.
Chapter 249: on the nature of memory number 252, and what my uncle number 258 had to say of it.
Chapter 250: on the nature of memory number 253, and what my uncle number 259 had to say of it.
Chapter 251: on the nature of memory number 254, and what my uncle number 260 had to say of it.
Chapter 252: on the nature of memory number 255, and what my uncle number 261 had to say of it.
Chapter 253: on the nature of memory number 256, and what my uncle number 262 had to say of it.
Chapter 254: on the nature of memory number 257, and what my uncle number 263 had to say of it.
Chapter 255: on the nature of memory number 258, and what my uncle number 264 had to say of it.
Chapter 256: on the nature of memory number 259, and what my uncle number 265 had to say of it.
Chapter 257: on the nature of memory number 260, and what my uncle number 266 had to say of it.
Chapter 258: on the nature of memory number 261, and what my uncle number 267 had to say of it.
Chapter 259: on the nature of memory number 262, and what my uncle number 268 had to say of it.
""",
    "memory_gate": """
It is the update gate, as I said in point 0.
It is the update gate, as I said in point 1.
It is the update gate, as I said in point 2.
It is the update gate, as I said in point 3.
It is the update gate, as I said in point 4.
It is the update gate, as I said in point 5.
It is the update gate, as I said in point 6.
It is the update gate, as I said in point 7.
It is the update gate, as I said in point 8.
It is the update gate, as I said in point 9.
It is the update gate, as I said in point 10.
It is the update gate, as I said in point 11.
It is the update gate, as I said in point 12.
It is the update gate, as I said in point 13.
It is the update gate, as I said in point 14.
It is the update gate, as I said in point 15.
It is the update gate, as I said in point 16.
It is the update gate, as I said in point 17.
It is the update gate, as I said in point 18.
It is the update gate, as I said in point 19.
It is the update gate, as I said in point 20.
It is the update gate, as I said in point 21.
It is the update gate, as I said in point 22.
It is the update gate, as I said in point 23.
It is the update gate, as I said in point 24.
It is the update gate, as I said in point 25.
It is the update gate, as I said in point 26.
It is the update gate, as I said in point 27.
It is the update gate, as I said in point 28.
It is the update gate, as I said in point 29.
""",
}
